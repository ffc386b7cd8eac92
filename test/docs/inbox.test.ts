import { createSqliteEngine, type Engine } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultRetryPolicy, retryDelay } from '../../packages/sallyport/src/inbox/retry-policy.ts'
import { credentialNames } from '../../packages/sallyport/src/receive/credential-names.ts'
import { root } from '../../scripts/run-command.ts'
import { readOptions } from '../support/docs/declared-options.ts'
import { findTable, readBlocks, readCodeSpans, readDocument } from '../support/docs/markdown.ts'

// Nothing is opened before `start`.
const engines: Readonly<Record<string, Engine>> = {
  SQLite: createSqliteEngine({ path: 'documented.db' }),
  'pg-boss': createPgBossEngine({ connectionString: 'postgres://documented' }),
  BullMQ: createBullMqEngine({ connection: 'redis://documented' }),
}

describe('the table of engines', () => {
  const { head, rows } = findTable(readDocument('docs/engines.md'), 'Property')

  it('has a column for every engine', () => {
    expect(head.slice(1)).toEqual(Object.keys(engines))
  })

  it.each(Object.entries(engines))('says what %s promises', (name, { promises }) => {
    const cellOf = (property: string): string =>
      rows.find(([first]) => first === `\`${property}\``)?.[head.indexOf(name)] ?? ''
    expect({
      durability: readCodeSpans(cellOf('durability'))[0],
      dedupe: readCodeSpans(cellOf('dedupe'))[0],
      order: readCodeSpans(cellOf('order')),
      transactions: { yes: true, no: false }[cellOf('transactions')],
      distributed: { yes: true, no: false }[cellOf('distributed')],
      history: { yes: true, no: false }[cellOf('history')],
    }).toEqual(promises)
    const documented = rows.flatMap(([property = '']) => readCodeSpans(property))
    expect(documented.toSorted()).toEqual(Object.keys(promises).toSorted())
  })
})

describe('docs/inbox.md', () => {
  const text = readDocument('docs/inbox.md')

  it('says how many attempts an event gets, and within which time', () => {
    const [, attempts, minutes] = /(\d+) attempts within (\d+) minutes/.exec(text) ?? []
    const waits = Array.from({ length: defaultRetryPolicy.attempts - 1 }, (_none, failed) =>
      retryDelay(defaultRetryPolicy, failed + 1, 0),
    )
    const longestMs = waits.reduce((sum, wait) => sum + wait, 0)
    expect(Number(attempts)).toBe(defaultRetryPolicy.attempts)
    expect(longestMs / 60_000).toBeLessThan(Number(minutes))
    expect(longestMs / 60_000).toBeGreaterThan(0.8 * Number(minutes))
    expect(text).toContain('Each wait is three times the one before.')
    expect(defaultRetryPolicy.factor).toBe(3)
  })

  it('lists the calls of an inbox, and no other', () => {
    const { rows } = findTable(text, 'Call')
    const calls = rows.map(([call = '']) => readCodeSpans(call)[0]!.replace(/\(.*/, ''))
    const declared = readOptions('sallyport/src/inbox EventOperations').map(({ name }) => name)
    expect(new Set(calls)).toEqual(new Set(declared))
  })

  it('lists the names that are redacted, and no other', () => {
    const { rows } = findTable(text, 'Where in the name')
    expect(rows.map(([, names = '']) => readCodeSpans(names))).toEqual(Object.values(credentialNames))
  })

  it('draws every state of an event', () => {
    const diagram = readBlocks('docs/inbox.md').find(({ language }) => language === 'mermaid')?.code ?? ''
    const drawn = [...diagram.matchAll(/^ *(\S+) --> (\S+):/gm)].flatMap(([, from, to]) => [from, to])
    const source = readFileSync(join(root, 'packages/sallyport/src/inbox/engine.ts'), 'utf8')
    const states = [.../type EventState = (.*)/.exec(source)![1]!.matchAll(/'(\w+)'/g)].map(([, state]) => state)
    expect(states).toHaveLength(4)
    expect(new Set(drawn)).toEqual(new Set(['[*]', ...states]))
  })
})
