import { createSqliteEngine, type Engine } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { describe, expect, test } from 'vitest'
import { readCodeSpans, readDocument, readTables } from './markdown.ts'

// Nothing is opened before `start`.
const engines: Readonly<Record<string, Engine>> = {
  SQLite: createSqliteEngine({ path: 'documented.db' }),
  'pg-boss': createPgBossEngine({ connectionString: 'postgres://documented' }),
  BullMQ: createBullMqEngine({ connection: 'redis://documented' }),
}

const tables = readTables(readDocument('docs/inbox.md')).filter(({ head }) => head[0] === 'What')

test('every engine has a table', () => {
  expect(tables.map(({ head }) => head[1])).toEqual(Object.keys(engines))
})

describe.each(Object.entries(engines))('the table of %s', (name, { promises }) => {
  const rows = tables.find(({ head }) => head[1] === name)?.rows ?? []
  const cellOf = (what: string): string => rows.find(([first]) => first === what)?.[1] ?? ''

  test('says what the engine promises', () => {
    const yesOrNo = (what: string): string => /^(?:yes|no)\b/.exec(cellOf(what))?.[0] ?? 'nothing'
    expect({
      durability: readCodeSpans(cellOf('`durability`'))[0],
      dedupe: readCodeSpans(cellOf('`dedupe`'))[0],
      order: readCodeSpans(cellOf('`order`')),
      transactions: yesOrNo('`transactions`') === 'yes',
      distributed: yesOrNo('`distributed`') === 'yes',
    }).toEqual(promises)
  })

  test('has the same rows as the others', () => {
    const whats = rows.map(([first]) => first)
    expect(whats).toEqual(tables[0]!.rows.map(([first]) => first))
    const promised = whats.flatMap((what) => readCodeSpans(what ?? ''))
    expect(promised.toSorted()).toEqual(Object.keys(promises).toSorted())
  })
})
