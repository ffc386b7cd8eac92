import { createSqliteEngine, type Engine } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { durationBounds } from '../../packages/sallyport/src/inbox/minute-log.ts'
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

const filters = readOptions('sallyport/src/inbox EventFilter').map(({ name }) => name)

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
      indexed: toIndexed(cellOf('indexed')),
    }).toEqual({ ...promises, indexed: promises.indexed?.toSorted() })
    const documented = rows.flatMap(([property = '']) => readCodeSpans(property))
    expect(documented.toSorted()).toEqual(Object.keys(promises).toSorted())
  })
})

/** The filters that a cell names, or all that it does not. */
function toIndexed(cell: string): string[] {
  const named = readCodeSpans(cell)
  if (!cell.startsWith('all but')) return named.toSorted()
  return filters.filter((name) => !named.includes(name)).toSorted()
}

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

  it('lists the members of a filter, and no other', () => {
    const { rows } = findTable(text, 'Member')
    expect(rows.flatMap(([members = '']) => readCodeSpans(members)).toSorted()).toEqual(filters.toSorted())
  })

  it('says into which durations attempts are counted', () => {
    const [, listed = ''] = /how many took up to ([^.]*?) minutes/.exec(text.replaceAll('\n', ' ')) ?? []
    const units = { ms: 1, s: 1_000 }
    const bounds: number[] = []
    let group: number[] = []
    for (const [word] of listed.matchAll(/\d+|ms|s\b/g)) {
      if (word === 'ms' || word === 's') {
        bounds.push(...group.map((amount) => amount * units[word]))
        group = []
      } else group.push(Number(word))
    }
    bounds.push(...group.map((amount) => amount * 60_000))
    expect(bounds).toEqual(durationBounds)
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
