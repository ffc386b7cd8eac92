import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fixtures } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { knownProviders, starters } from '../../packages/cli/src/known-providers.ts'
import { readSenders } from '../../scripts/documents/senders/read-senders.ts'
import { checkDocuments } from '../../scripts/embed-examples.ts'
import { root } from '../../scripts/run-command.ts'
import { readDocument, readTables } from '../support/docs/markdown.ts'

const senders = await readSenders()
const tables = readTables(readDocument('docs/senders.md'))

// Their contract runs in test/providers.test.ts, in several forms each.
const first = ['github', 'invoratec', 'langsmith', 'sonzai', 'standard-webhooks', 'stripe']

// Their tests say what holds instead of the contract.
const ownRules: Readonly<Record<string, string>> = {
  'aws-sns': 'the signature is in the body, and covers some of its members alone',
}

describe('the documents and lists of senders', () => {
  it('are current', async () => {
    expect(await checkDocuments(), 'run: npm run embed').toBe(true)
  })
})

describe.each(senders.map((sender) => [sender.name, sender] as const))('the sender %s', (name, sender) => {
  const { provider, isPlain } = sender
  const about = provider.about!

  it('has the name of its entry, and a title of its own', () => {
    expect(provider.name).toBe(name)
    expect(senders.filter((other) => other.provider.about!.title === about.title)).toHaveLength(1)
  })

  it('has a fixture, and none of an undeclared event', () => {
    const types = Object.keys(fixtures[name] ?? {})
    expect(types.length).toBeGreaterThan(0)
    const declared = Object.keys(provider.events)
    if (isPlain) expect(types.filter((type) => type !== '*' && !declared.includes(type))).toEqual([])
  })

  it('runs the provider contract', () => {
    const file = join(root, 'test', first.includes(name) ? 'providers.test.ts' : `senders/${name}.test.ts`)
    expect(existsSync(file), file).toBe(true)
    expect(readFileSync(file, 'utf8')).toContain(`from 'sallyport/providers/${name}'`)
    if (!Object.hasOwn(ownRules, name))
      expect(readFileSync(file, 'utf8')).toMatch(/describe(?:Sender|Provider|Token|Bearer|SignedMembers)\(/)
  })

  it('has its rows in docs/senders.md', () => {
    for (const { rows } of tables)
      expect(rows.filter(([title = '']) => title.replace(/^\[|\]\(.*/g, '') === about.title)).toHaveLength(1)
  })

  it('is known to the command, unless it needs options', () => {
    if (isPlain) expect(Object.keys(knownProviders)).toContain(name)
    if (!Object.hasOwn(starters, name) && isPlain) expect(knownProviders[name]!.title).toBe(about.title)
  })

  it('remembers events for longer than the sender retries', () => {
    const { retryWindow, retentionMs = 0 } = provider
    if (retentionMs !== 0) expect(retentionMs).toBeGreaterThanOrEqual(retryWindow?.ms ?? 0)
    expect(retryWindow?.source ?? 'https://').toMatch(/^https:/)
  })
})
