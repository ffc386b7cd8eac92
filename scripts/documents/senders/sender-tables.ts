import type { Provider } from 'sallyport'
import { HeaderList, type JwtOptions, type Scheme } from 'sallyport/provider'
import { formatTable } from '../format-table.ts'
import { leftOut } from './left-out.ts'
import type { Sender } from './read-senders.ts'

// A marker with the name of a table, and the table after it.
const section = /^<!-- senders: (\w+) -->\n(?:\n(?:\|.*\|\n)+)?/gm
const exceptions = /^<!-- left out -->\n(?:\n(?:- .*\n)+)?/gm
const count = /^<!-- sender count -->\n(?:\nAll .*\n)?/gm

/** What each table of `docs/senders.md` says of a sender, by the name in its marker. */
const tables: Readonly<Record<string, Readonly<Record<string, (sender: Sender) => string>>>> = {
  signed: {
    Sender: ({ provider }) => link(provider),
    Header: ({ provider }) => describeHeader(provider.scheme),
    'Signed bytes': ({ provider }) => describeSigned(provider),
    Scheme: ({ provider }) => provider.scheme.describe().algorithm,
    Age: ({ provider }) => describeAge(provider),
  },
  receive: {
    Sender: ({ provider }) => provider.about!.title,
    'Dedupe key': describeKey,
    Retries: ({ provider }) => describeRetries(provider),
    Handshake: ({ provider }) => describeHandshake(provider),
    'Not signed': ({ provider }) => provider.about!.notSigned.join(', ') || 'any other header',
  },
  sources: {
    Sender: ({ provider }) => link(provider),
    Import: ({ module }) => code(module),
    Read: ({ provider }) => provider.about!.readOn,
    'Known-good values': ({ provider }) => provider.about!.vectors,
  },
}

/** Fills the tables of senders, and the line that counts them. */
export function fillSenderTables(text: string, senders: readonly Sender[]): string {
  const titleOf = ({ provider }: Sender): string => provider.about!.title.toLowerCase()
  const byTitle = senders.toSorted((one, other) => (titleOf(one) < titleOf(other) ? -1 : 1))
  return text
    .replaceAll(section, (_all, name: string) => {
      const table = tables[name]
      if (table === undefined) throw new Error(`There is no table of senders "${name}"`)
      const rows = byTitle.map((sender) => Object.values(table).map((tell) => tell(sender).replaceAll('|', '\\|')))
      return `<!-- senders: ${name} -->\n\n${formatTable([Object.keys(table), ...rows])}`
    })
    .replaceAll(exceptions, () => `<!-- left out -->\n\n${listLeftOut()}`)
    .replaceAll(
      count,
      `<!-- sender count -->\n\nAll ${senders.length} senders, and what each of them signs: [senders](docs/senders.md).\n`,
    )
}

function listLeftOut(): string {
  return Object.entries(leftOut)
    .map(([sender, why]) => `- **${sender}**: ${why}\n`)
    .join('')
}

function describeHeader(scheme: Scheme): string {
  const { header } = scheme.describe()
  const [first = scheme] = scheme.alternatives ?? []
  const definition = first.definition?.()
  if (definition?.kind === 'body-signature') return `${code(definition.options.signature)} in the body`
  const alias = definition?.kind === 'hmac' ? definition.options.alias : undefined
  const other = alias === undefined ? [] : [code(header.replace(alias.prefix, alias.instead))]
  return [code(header), ...other].join(' or ')
}

function describeSigned({ scheme }: Provider): string {
  const { signed, also = [] } = scheme.describe()
  const parts = signed.map((part) => code(part.replace(/^(?:header|member) /, '').replaceAll('"', ''))).join(' ')
  return [parts || 'nothing', ...also].join('; ')
}

function describeAge({ scheme, toleranceMs = 300_000 }: Provider): string {
  const { freshness } = scheme
  const definition = scheme.definition?.()
  if (definition?.kind === 'jwt') return describeTokenAge(definition.options, toleranceMs)
  if (freshness.from === 'nowhere') return 'not signed'
  const place = {
    signature: () => 'in the signature',
    header: () => code((freshness as { name: string }).name),
    body: () => `${code((freshness as { path: readonly string[] }).path.join('.'))} in the body`,
  }[freshness.from]
  return `${place()}, ± ${toDuration(toleranceMs)}`
}

function describeTokenAge({ age = 'iat' }: JwtOptions, toleranceMs: number): string {
  return age === 'exp' ? 'until the token expires' : `\`${age}\` of the token, ± ${toDuration(toleranceMs)}`
}

/** Where the id of an event comes from: asked of `identify` with a body that the sender sends. */
function describeKey({ provider, fixtures }: Sender): string {
  const [type = '', fixture] = Object.entries(fixtures)[0] ?? []
  const made = fixture?.({ now: new Date(Date.UTC(2026, 10, 29)), id: 'msg_fixture', type })
  const body = (Array.isArray(made) ? { items: made } : made) as Record<string, unknown>
  const signedHeader = (name: string): string => `header ${name}`
  const identity = provider.identify({ body, unsignedBody: body, signedHeader, unsignedHeaders: new HeaderList([]) })
  if (provider.scheme.coversBody === false) return 'none: no delivery is a duplicate'
  const id = 'code' in identity ? undefined : identity.id
  if (id === undefined || id === '')
    return provider.scheme.needsBody ? 'SHA-256 of the signed bytes' : 'SHA-256 of the body'
  const [, header] = /^header (.+)$/.exec(id) ?? []
  if (header !== undefined) return code(header)
  const path = findPath(body, id)
  return path === undefined ? 'made of the signed body' : `${code(path)} in the body`
}

function findPath(value: unknown, id: string, path: readonly string[] = []): string | undefined {
  if (typeof value !== 'object' || value === null) return String(value) === id ? path.join('.') : undefined
  for (const [name, inner] of Object.entries(value)) {
    const found = findPath(inner, id, [...path, name])
    if (found !== undefined) return found
  }
  return undefined
}

function describeRetries({ retryWindow, about }: Provider): string {
  const { retries } = about!
  if (retryWindow === undefined) return retries ?? 'not documented'
  const time = retryWindow.ms === 0 ? 'never by itself' : `for ${toDuration(retryWindow.ms)}`
  return retries === undefined ? time : `${time}; ${retries}`
}

function describeHandshake({ handshake = {} }: Provider): string {
  const kinds = [
    handshake.signed && 'signed POST',
    handshake.signedWithMac && 'signed POST, answered with a MAC',
    handshake.get && 'GET with a verify token',
    handshake.head === true && 'HEAD',
    handshake.unsigned && 'unsigned POST, for you to confirm',
  ]
  return kinds.filter((kind) => typeof kind === 'string').join('; ') || 'none'
}

/** `75 h 35 min 5 s`. */
function toDuration(ms: number): string {
  const parts = [
    [Math.floor(ms / 3_600_000), 'h'],
    [Math.floor((ms % 3_600_000) / 60_000), 'min'],
    [(ms % 60_000) / 1000, 's'],
  ] as const
  return parts.flatMap(([amount, unit]) => (amount === 0 ? [] : [`${amount} ${unit}`])).join(' ')
}

const code = (text: string): string => `\`${text}\``
const link = ({ about }: Provider): string =>
  about!.source.startsWith('https://') ? `[${about!.title}](${about!.source})` : about!.title
