import { describe, expect, it } from 'vitest'
import { readOptions } from '../support/docs/declared-options.ts'
import { readCodeSpans, readDocument, readSections, readTables } from '../support/docs/markdown.ts'

/** Tables that list the members of interfaces, without their types. */
const tables: readonly (readonly [document: string, section: string, ...interfaces: string[]])[] = [
  ['docs/providers.md', 'Sonzai', 'SonzaiOptions'],
  ['docs/providers.md', 'Invoratec', 'InvoratecOptions'],
  ['docs/providers.md', 'Standard Webhooks', 'StandardWebhooksOptions'],
  ['docs/providers.md', 'Members of a provider', 'Provider'],
  ['docs/providers.md', 'Handshakes', 'Handshake'],
  ['docs/providers.md', 'Signed members', 'BodySignatureOptions'],
  [
    'docs/providers.md',
    'Signatures: `hmac`, `ed25519` and `publicKey`',
    'SignedOptions',
    'HmacOptions',
    'NumberedHeaders',
    'Ed25519Options',
    'PublicKeyOptions',
  ],
  ['docs/adapters.md', 'An adapter of your own', 'IncomingDelivery'],
  ['docs/receiver.md', 'Handlers', 'HandlerContext'],
  ['docs/testing.md', 'Options of signDelivery', 'SignOptions'],
]

describe.each(tables)('the table in %s under "%s"', (document, section, ...interfaces) => {
  it('lists every member, and no other', () => {
    const declared = interfaces.flatMap(readMembers)
    expect(readRowNames(document, section).toSorted()).toEqual([...new Set(declared)].toSorted())
  })
})

describe('docs/providers.md', () => {
  it.each(['KeyFormat', 'SharedSecretOptions'])('mentions every member of %s', (name) => {
    const spans = readCodeSpans(readDocument('docs/providers.md')).flatMap((span) => span.match(/\w+/g) ?? [])
    expect(readMembers(name).filter((member) => !spans.includes(member))).toEqual([])
  })
})

/** The names in the first column of a section's first table of options or members. */
function readRowNames(document: string, title: string): string[] {
  const text = readDocument(document)
  const section = [2, 3].flatMap((level) => readSections(text, level)).find((candidate) => candidate.title === title)
  const table = readTables(section?.text ?? '').find(({ head }) => head[0] === 'Option' || head[0] === 'Member')
  return (table?.rows ?? []).map(([name = '']) => name.replaceAll('`', ''))
}

function readMembers(name: string): string[] {
  return readOptions(name).map((member) => member.name)
}
