import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteEngine } from '@sallyport/inbox'
import { describeEngine } from '@sallyport/testing/contracts'
import { afterAll } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-inbox-'))
afterAll(() => rm(folder, { recursive: true }))

describeEngine('SQLite', {
  createEngine: (store) => createSqliteEngine({ path: join(folder, `${store}.db`) }),
  removeStore: async () => {},
})
