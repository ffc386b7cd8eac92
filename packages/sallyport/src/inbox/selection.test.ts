import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventFilter, Page } from './engine.ts'
import { createInbox, type Inbox } from './inbox.ts'
import { createSqliteEngine } from './sqlite/engine.ts'

let folder: string
let inbox: Inbox
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-selection-'))
  inbox = createInbox({ engine: createSqliteEngine({ path: join(folder, 'events.db') }) })
})
afterAll(async () => {
  await inbox.stop()
  rmSync(folder, { recursive: true })
})

const invalid = expect.objectContaining({ code: 'INBOX_OPTION_INVALID' }) as Error

describe('an inbox selection', () => {
  it.each([
    { state: 'ded' },
    { state: 'toString' },
    { since: Number.NaN },
    { limit: 0 },
    { limit: 1.5 },
    { limit: -1 },
    { sort: 'newst' },
  ])('list rejects %j', async (selection) => {
    await expect(inbox.list(selection as EventFilter & Page)).rejects.toThrow(invalid)
  })

  it.each([{ state: 'ded' }, { since: Infinity }, { limit: 1 }, { sort: 'newest' }])(
    'replay and discard reject %j',
    async (selection) => {
      await expect(inbox.replay(selection as EventFilter)).rejects.toThrow(invalid)
      await expect(inbox.discard(selection as EventFilter)).rejects.toThrow(invalid)
    },
  )

  it('passes a valid selection to the engine', async () => {
    expect(await inbox.list({ state: 'dead', since: 0, limit: 1, sort: 'newest' })).toEqual({ events: [] })
    expect(await inbox.replay({ since: 0 })).toBe(0)
  })
})
