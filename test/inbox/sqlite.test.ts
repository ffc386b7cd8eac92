import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteEngine, type SqliteEngineOptions } from 'sallyport/inbox'
import { describeEngine } from '@sallyport/contracts'
import { afterAll, expect } from 'vitest'
import { killWorker } from '../support/inbox/kill-worker.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-inbox-'))
afterAll(() => rm(folder, { recursive: true }))

const toOptions = (store: string): SqliteEngineOptions => ({ path: join(folder, `${store}.db`) })

describeEngine('SQLite', {
  createEngine: (store) => createSqliteEngine(toOptions(store)),
  removeStore: async () => {},
  async killWorker(store) {
    expect(await killWorker({ engine: 'sqlite', options: toOptions(store) })).toEqual(['key-1 1'])
  },
})
