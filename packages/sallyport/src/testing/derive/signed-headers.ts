import { randomInt } from 'node:crypto'
import { HeaderList } from '../../verify/header-list.ts'
import type { JsonObject } from '../../verify/decode.ts'
import type { Provider } from '../../verify/provider.ts'
import type { SchemeDefinition } from '../../verify/schemes/definition.ts'
import type { TextForm } from '../../verify/schemes/message-form.ts'
import type { MessagePart } from '../../verify/schemes/message.ts'
import type { Scheme } from '../../verify/schemes/scheme.ts'

/** A signed header whose value is not the time. */
export interface SignedHeader {
  readonly name: string
  readonly form: TextForm | undefined
  /** Characters that show where parts end, so that no made-up value has them. */
  readonly reserved: string
  /** What `identify` reads it as, else what its name says. */
  readonly role: 'id' | 'type' | undefined
}

/** The signed headers of a provider, by lower-case name, with what each is for. */
export function findSignedHeaders(provider: Provider, body: JsonObject): ReadonlyMap<string, SignedHeader> {
  const found = new Map<string, SignedHeader>()
  for (const signed of listMessages(provider.scheme)) {
    const reserved = signed.map((part) => (part.kind === 'literal' ? part.text : originOf(part))).join('')
    for (const part of signed)
      if (part.kind === 'header' && !found.has(part.name))
        found.set(part.name, { name: part.name, form: part.form, reserved, role: undefined })
  }
  const asked = askRoles(provider, body, [...found.keys()])
  const taken = new Set(asked.values())
  for (const [name, header] of found) {
    const guess = guessRole(name)
    const role = asked.get(name) ?? (guess && !taken.has(guess) ? guess : undefined)
    if (role !== undefined) taken.add(role)
    found.set(name, { ...header, role })
  }
  return found
}

const originOf = (part: MessagePart): string => (part.kind === 'url' ? part.origin : '')

function listMessages(scheme: Scheme): (readonly MessagePart[])[] {
  const definition: SchemeDefinition | undefined = scheme.definition?.()
  if (definition?.kind === 'body-signature') return []
  if (definition !== undefined && 'options' in definition && 'signed' in definition.options)
    return [definition.options.signed]
  if (definition?.kind === 'one-of') return definition.alternatives.flatMap(listMessages)
  return definition?.kind === 'with-required-header' || definition?.kind === 'with-certificate'
    ? listMessages(definition.scheme)
    : []
}

/** Gives each header a text of its own and sees where `identify` returns it. */
function askRoles(
  { identify }: Provider,
  body: JsonObject,
  names: readonly string[],
): ReadonlyMap<string, 'id' | 'type'> {
  const roles = new Map<string, 'id' | 'type'>()
  const textOf = (name: string): string => `probe ${names.indexOf(name)}`
  const signedHeader = (name: string): string | undefined =>
    names.includes(name.toLowerCase()) ? textOf(name.toLowerCase()) : undefined
  try {
    const identity = identify({ body, unsignedBody: body, signedHeader, unsignedHeaders: new HeaderList([]) })
    if ('code' in identity) return roles
    for (const name of names) {
      if (identity.type === textOf(name)) roles.set(name, 'type')
      else if (identity.id === textOf(name)) roles.set(name, 'id')
    }
  } catch {
    // It takes only what its sender sends.
  }
  return roles
}

function guessRole(name: string): 'id' | 'type' | undefined {
  if (/(?:^|-)(?:id|delivery)$/.test(name)) return 'id'
  return /(?:^|-)(?:event|type|topic)(?:-type)?$/.test(name) ? 'type' : undefined
}

/** A random text in the form of a header. */
export function makeText({ form = {}, reserved }: Pick<SignedHeader, 'form' | 'reserved'>): string {
  const characters = form.characters === 'digits' ? '0123456789' : '0123456789abcdef'
  const free = characters.split('').filter((character) => !reserved.includes(character))
  const usable = free.length > 0 ? free : characters.split('')
  return Array.from({ length: form.length ?? 24 }, () => usable[randomInt(usable.length)]).join('')
}

/** A random event id that fits the headers it is written in. */
export function makeId(headers: ReadonlyMap<string, SignedHeader>): string {
  const header = [...headers.values()].find(({ role }) => role === 'id')
  const id = `msg_${makeText({ form: undefined, reserved: header?.reserved ?? '' })}`
  if (header === undefined) return id
  const isPlain =
    header.form === undefined && !'msg_'.split('').some((character) => header.reserved.includes(character))
  return isPlain ? id : makeText(header)
}
