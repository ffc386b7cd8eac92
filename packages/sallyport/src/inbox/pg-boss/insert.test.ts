import { describe, expect, it } from 'vitest'
import { newEvent } from '../../../../../test/support/inbox/new-event.ts'
import type { Executor } from './database.ts'
import { insertEvents } from './insert.ts'
import type { Jobs, NewJob } from './jobs.ts'
import { createSql } from './sql.ts'

const sql = createSql('own')

/** Jobs of a pg-boss with this statement, of which every one is new, and a database that knows none of the events. */
function createStore(statement: string) {
  const sent: { text: string; isWhole: boolean }[] = []
  let ids = ''
  const db: Executor = {
    async executeSql(text, _values, { isWhole = false } = {}) {
      sent.push({ text, isWhole })
      return { rows: text === statement ? [{ id: ids }] : [{ ids, jobs: ids, synchronous_commit: 'on' }] }
    },
  }
  const jobs = {
    name: 'inbox',
    async insert(given: Executor, news: readonly NewJob[]) {
      ids = news[0]!.id
      const { rows } = await given.executeSql(statement, ['[]'])
      return new Set(rows.map(({ id }) => String(id)))
    },
  }
  const context = { jobs: jobs as unknown as Jobs, sql, mustBeDurable: true }
  return { sent, insert: (key: string) => insertEvents(db, context, [newEvent(key)]) }
}

describe('insertEvents', () => {
  it('stores jobs and events with one statement', async () => {
    const { sent, insert } = createStore('INSERT INTO own.job RETURNING id')
    expect(await insert('a')).toEqual(['stored'])
    expect(sent).toEqual([{ text: expect.stringContaining('WITH job AS (INSERT INTO own.job'), isWhole: true }])
  })

  it('runs two statements where those of pg-boss have parts', async () => {
    const { sent, insert } = createStore('WITH ins AS (INSERT INTO own.job RETURNING id) SELECT id FROM ins')
    expect(await insert('a')).toEqual(['stored'])
    expect(sent).toEqual([
      { text: expect.stringContaining('WITH ins AS'), isWhole: false },
      { text: sql.insert.events, isWhole: false },
    ])
  })
})
