import type { Delivery } from '../verify/delivery.ts'
import { HeaderList } from '../verify/header-list.ts'
import type { Scheme } from '../verify/schemes/scheme.ts'
import type { DiagnosisCause } from './causes.ts'

/** A delivery as its headers may have been. */
export interface HeaderVariant {
  readonly cause: DiagnosisCause
  readonly detail: string
  readonly delivery: Delivery
}

type Pairs = readonly (readonly [name: string, value: string])[]

/** Deliveries with the headers as they may have been before something repeated, renamed or rewrote them. */
export function* headerVariants(scheme: Scheme, delivery: Delivery): Generator<HeaderVariant> {
  const pairs: Pairs = [...delivery.headers]
  const names = headerNames(scheme)
  yield* withoutRepetitions(delivery, pairs, names)
  yield* renamed(delivery, pairs, names)
  const [signature] = names
  if (signature === undefined) return
  const value = delivery.headers.get(signature)
  if (value === undefined) return
  const isCredential = scheme.kind === 'shared-secret'
  for (const { cause, detail, text } of isCredential ? credentialTexts(value) : signatureTexts(value))
    yield { cause, detail, delivery: replace(delivery, pairs, signature, text) }
}

/** The header of the signature, then those that it covers. */
function headerNames(scheme: Scheme): string[] {
  const { header, signed } = scheme.describe()
  const covered = signed.flatMap((part) => (part.startsWith('header ') ? [part.slice('header '.length)] : []))
  return [header, ...covered].filter((name) => name !== '')
}

function* withoutRepetitions(delivery: Delivery, pairs: Pairs, names: readonly string[]): Generator<HeaderVariant> {
  const cause = 'HEADER_REPEATED'
  for (const name of names) {
    const values = delivery.headers.getAll(name)
    if (values.length < 2) continue
    const copies = new Set(values).size === 1 ? 'equal' : 'different'
    for (const [index, value] of values.entries()) {
      const which = index === 0 ? 'first' : index === values.length - 1 ? 'last' : `number ${index + 1}`
      const detail = `"${name}" is there ${values.length} times with ${copies} values; the ${which} verifies`
      yield { cause, detail, delivery: replace(delivery, pairs, name, value) }
    }
  }
}

function* renamed(delivery: Delivery, pairs: Pairs, names: readonly string[]): Generator<HeaderVariant> {
  const cause = 'HEADER_RENAMED'
  const [signature] = names
  if (signature === undefined || delivery.headers.has(signature)) return
  for (const [name] of pairs) {
    const plain = name.toLowerCase().replaceAll('_', '-')
    const prefix = plain.endsWith(signature) ? plain.slice(0, plain.length - signature.length) : undefined
    const detail = `"${signature}" is missing; its value is in "${name}"`
    // A gateway that renames one header of a family renames all of them.
    const family = pairs.map(([other, value]): readonly [string, string] => {
      const flat = other.toLowerCase().replaceAll('_', '-')
      return [prefix !== undefined && flat.startsWith(prefix) ? flat.slice(prefix.length) : other, value]
    })
    if (prefix !== undefined) yield { cause, detail, delivery: withPairs(delivery, family) }
    const single = pairs.map(([other, value]): readonly [string, string] => [other === name ? signature : other, value])
    yield { cause, detail, delivery: withPairs(delivery, single) }
  }
}

interface TextVariant {
  readonly cause: DiagnosisCause
  readonly detail: string
  readonly text: string
}

const hexDigest = /(?<![0-9a-fA-F])(?:[0-9a-fA-F]{128}|[0-9a-fA-F]{64}|[0-9a-fA-F]{40})(?![0-9a-fA-F])/g
const base64Digest =
  /(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{86}(?:==)?|[A-Za-z0-9+/_-]{43}=?|[A-Za-z0-9+/_-]{27}=?)(?![A-Za-z0-9+/_=-])/g

function* signatureTexts(value: string): Generator<TextVariant> {
  const form = 'SIGNATURE_FORM'
  const trimmed = value.trim().replace(/^(["'])(.*)\1$/s, '$2')
  if (trimmed !== value) yield { cause: form, detail: 'it has quotes or spaces around it', text: trimmed }
  const halves = value.split(/,\s*/)
  if (halves.length === 2 && halves[0] === halves[1])
    yield { cause: 'HEADER_REPEATED', detail: 'a proxy joined two equal copies into one', text: halves[0]! }
  for (const prefix of ['sha256=', 'sha512=', 'sha1=', 'v1,', 'v1=']) {
    if (value.toLowerCase().startsWith(prefix)) {
      yield {
        cause: form,
        detail: `it begins with "${prefix}", which is not documented`,
        text: value.slice(prefix.length),
      }
      yield { cause: form, detail: `its prefix is not written "${prefix}"`, text: prefix + value.slice(prefix.length) }
    } else {
      yield { cause: form, detail: `its prefix "${prefix}" is missing`, text: prefix + value }
    }
  }
  const toBase64 = value.replaceAll(hexDigest, (text) => Buffer.from(text, 'hex').toString('base64'))
  if (toBase64 !== value)
    yield { cause: 'SIGNATURE_ENCODING', detail: 'it is hex where base64 is documented', text: toBase64 }
  const toHex = value.replaceAll(base64Digest, (text) => Buffer.from(text, 'base64').toString('hex'))
  if (toHex !== value)
    yield { cause: 'SIGNATURE_ENCODING', detail: 'it is base64 where hex is documented', text: toHex }
}

function* credentialTexts(value: string): Generator<TextVariant> {
  const cause = 'CREDENTIAL_FORM'
  const trimmed = value.trim().replace(/^(["'])(.*)\1$/s, '$2')
  if (trimmed !== value) yield { cause, detail: 'it has quotes or spaces around it', text: trimmed }
  const [, word = '', rest = ''] = /^(\S+) +(.+)$/s.exec(value) ?? []
  if (rest !== '')
    yield { cause, detail: `the word "${/^[A-Za-z]{1,12}$/.test(word) ? word : '…'}" stands before it`, text: rest }
  yield { cause, detail: 'the word "Bearer" before it is missing', text: `Bearer ${value}` }
  if (/^basic$/i.test(word)) {
    const [user = '', ...password] = Buffer.from(rest, 'base64').toString('utf8').split(':')
    yield { cause, detail: 'it was sent as the password of HTTP Basic', text: password.join(':') }
    yield { cause, detail: 'it was sent as the user of HTTP Basic', text: user }
  }
}

function replace(delivery: Delivery, pairs: Pairs, name: string, value: string): Delivery {
  const others = pairs.filter(([other]) => other.toLowerCase() !== name)
  return withPairs(delivery, [...others, [name, value]])
}

function withPairs(delivery: Delivery, pairs: Pairs): Delivery {
  return { ...delivery, headers: new HeaderList(pairs.flat()) }
}
