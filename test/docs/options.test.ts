import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../scripts/run-command.ts'
import { readCodeSpans, readDocument, readSections, readTables } from './markdown.ts'

/** Which options a table of a document has to list, and the interfaces that declare them. */
const lists: readonly {
  readonly document: string
  readonly section: string
  readonly interfaces: readonly string[]
}[] = [
  {
    document: 'README.md',
    section: 'Options',
    interfaces: ['core/src/options.ts VerifierOptions', 'core/src/options.ts ReceiverOptions'],
  },
  { document: 'docs/providers.md', section: 'Sonzai', interfaces: ['providers/src/sonzai.ts SonzaiOptions'] },
  { document: 'docs/providers.md', section: 'Invoratec', interfaces: ['providers/src/invoratec.ts InvoratecOptions'] },
  {
    document: 'docs/providers.md',
    section: 'Standard Webhooks',
    interfaces: ['providers/src/standard-webhooks.ts StandardWebhooksOptions'],
  },
  { document: 'docs/providers.md', section: 'Your own provider', interfaces: ['core/src/provider.ts Provider'] },
  {
    document: 'docs/providers.md',
    section: 'Signatures: `hmac` and `ed25519`',
    interfaces: [
      'core/src/schemes/signed-claim.ts SignedOptions',
      'core/src/schemes/hmac.ts HmacOptions',
      'core/src/schemes/ed25519.ts Ed25519Options',
    ],
  },
  { document: 'docs/platforms.md', section: 'Clients', interfaces: ['platforms/src/http/options.ts ClientOptions'] },
  {
    document: 'docs/platforms.md',
    section: 'Registrations',
    interfaces: ['platforms/src/webhooks/ensure-webhooks.ts EnsureOptions'],
  },
  {
    document: 'docs/platforms.md',
    section: 'Secret stores',
    interfaces: ['platforms/src/secrets/stored-secrets.ts StoredSecretsOptions'],
  },
  {
    document: 'docs/platforms.md',
    section: 'Rotating a secret',
    interfaces: ['platforms/src/rotation/rotate-with-overlap.ts RotateOptions'],
  },
  {
    document: 'docs/platforms.md',
    section: 'Notifications',
    interfaces: ['platforms/src/notifications/poll-options.ts PollOptions'],
  },
  {
    document: 'docs/adapters.md',
    section: 'An adapter of your own',
    interfaces: ['core/src/delivery.ts IncomingDelivery'],
  },
  {
    document: 'docs/testing.md',
    section: 'What `signDelivery` takes',
    interfaces: ['testing/src/sign-delivery.ts SignOptions'],
  },
]

describe.each(lists)('the table under "$section" in $document', ({ document, section, interfaces }) => {
  test(`lists every member of ${interfaces.join(', ')}, and nothing else`, () => {
    const listed = readRowNames(document, section)
    const declared = interfaces.flatMap(readMembers)
    expect(listed.toSorted()).toEqual([...new Set(declared)].toSorted())
  })
})

describe('words about options that have no table of their own', () => {
  const providers = readDocument('docs/providers.md')

  test.each([
    'core/src/schemes/key-format.ts KeyFormat',
    'core/src/schemes/shared-secret.ts SharedSecretOptions',
    'core/src/options.ts VerifierOptions',
  ])('%s is mentioned member by member', (where) => {
    const spans = readCodeSpans(providers).flatMap((span) => span.match(/\w+/g) ?? [])
    expect(readMembers(where).filter((name) => !spans.includes(name))).toEqual([])
  })
})

/** The names in the first column of the first table of a section that lists options or members. */
function readRowNames(document: string, title: string): string[] {
  const text = readDocument(document)
  const section = [2, 3].flatMap((level) => readSections(text, level)).find((candidate) => candidate.title === title)
  const table = readTables(section?.text ?? '').find(({ head }) => head[0] === 'Option' || head[0] === 'Member')
  return (table?.rows ?? []).map(([name = '']) => name.replaceAll('`', ''))
}

/** The members of an exported interface, `file Name`; only those it declares itself. */
function readMembers(where: string): string[] {
  const [file = '', name = ''] = where.split(' ')
  const source = readFileSync(join(root, 'packages', file), 'utf8')
  const body = new RegExp(`^export interface ${name}\\b[^{]*{\\n([\\s\\S]*?)^}`, 'm').exec(source)?.[1]
  if (body === undefined) throw new Error(`no interface ${name} in ${file}`)
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(<]/gm)].map(({ 1: member = '' }) => member)
}
