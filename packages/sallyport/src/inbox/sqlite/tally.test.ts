import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { toRetryPolicy } from '../retry-policy.ts'
import { runBatch } from './batch.ts'
import { createConnection } from './connection.ts'
import { toSettings } from './options.ts'
import { createProcessLock } from './process-lock.ts'
import { createStatements } from './statements.ts'
import { createTally } from './tally.ts'
import type { Request } from './thread-client.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-tally-'))
afterAll(() => rmSync(folder, { recursive: true }))

const keys = ['a', 'b', 'c', 'd', 'e', 'f']
const retry = toRetryPolicy({ attempts: 3, delayMs: 0, jitter: 0 })

/** A row; a large one finds no room. */
const row = (key: string, isLarge: boolean) => ({
  key,
  provider: 'p',
  type: 't',
  id: key,
  orderKey: null,
  tenant: null,
  envelope: '{}',
  body: new Uint8Array(isLarge ? 5_000_000 : 1),
})

interface Call {
  readonly name: string
  readonly parameters: readonly unknown[]
}

const oneKey = fc.constantFrom(...keys)
const someSeqs = fc.uniqueArray(fc.integer({ min: 1, max: 20 }))
const outcome = fc.constantFrom('handled', 'retried', 'dead')
const call: fc.Arbitrary<Call> = fc.oneof(
  // One that fails undoes what was stored before it.
  fc
    .array(fc.tuple(oneKey, fc.nat(9)), { minLength: 1, maxLength: 4 })
    .map((some) => ({ name: 'insert', parameters: [some.map(([key, n]) => row(key, n === 0))] })),
  fc.nat(3).map((limit) => ({ name: 'claim', parameters: [{ limit, order: 'none' }] })),
  fc
    .record({
      key: oneKey,
      attempt: fc.integer({ min: 1, max: 3 }),
      outcome,
      shape: fc.constantFrom('Error: x', undefined),
    })
    .map((settlement) => ({ name: 'settle', parameters: [settlement] })),
  fc
    .record({ key: oneKey, attempt: fc.integer({ min: 1, max: 3 }) })
    .map((claim) => ({ name: 'unclaim', parameters: [claim] })),
  fc
    .constantFrom('replay', 'discard')
    .chain((name) =>
      fc
        .record({ filter: fc.constantFrom({}, { failure: true }), seqs: someSeqs })
        .map((step) => ({ name, parameters: [step] })),
    ),
  fc.constant({ name: 'prune', parameters: [{ retentionMs: -1, deadRetentionMs: -1 }] }),
  fc.constant({ name: 'work', parameters: [{ retry, atWork: [], order: 'none' }] }),
  fc.constant({ name: 'stats', parameters: [] }),
)

const kept = 'SELECT pending, active, done, dead, retrying FROM kept'
const real = `SELECT
  (SELECT count(*) FROM events WHERE state = 0) AS pending, (SELECT count(*) FROM events WHERE state = 1) AS active,
  (SELECT count(*) FROM events WHERE state = 2) AS done, (SELECT count(*) FROM events WHERE state = 3) AS dead,
  (SELECT count(*) FROM events WHERE state = 0 AND failure IS NOT NULL) AS retrying`

describe('the counts of a store', () => {
  it('are those of its events, whatever happens to them', () => {
    let store = 0
    fc.assert(
      fc.property(fc.array(fc.array(call, { minLength: 1, maxLength: 6 }), { maxLength: 12 }), (batches) => {
        const path = join(folder, `${store++}.db`)
        const lock = createProcessLock()
        const settings = toSettings({ path, maxBytes: 2_000_000, durability: 'as configured' })
        const connection = createConnection(settings, lock, 'this process')
        try {
          runBatch(connection, [{ number: 0, name: 'work', parameters: [{ retry, atWork: [], order: 'none' }] }])
          for (const calls of batches) {
            for (const batch of split(calls)) runBatch(connection, batch)
            const { database } = connection.open()
            expect(database.prepare(kept).get()).toEqual(database.prepare(real).get())
          }
        } finally {
          connection.close()
          lock.release()
        }
      }),
      { numRuns: 60 },
    )
  })

  it('forget a transaction that is undone', () => {
    const database = new DatabaseSync(':memory:')
    const statements = createStatements(database)
    const tally = createTally()
    tally.add({ pending: 1 })
    const mark = tally.mark()
    tally.addStored(7, 1)
    tally.restore(mark)
    tally.forget()
    // There is no table: it must write nothing.
    expect(() => tally.write(statements)).not.toThrow()
    database.close()
  })
})

// `work` has a transaction of its own.
function split(calls: readonly Call[]): Request[][] {
  const batches: Request[][] = [[]]
  for (const [number, each] of calls.entries()) {
    const request = { ...each, number } as Request
    if (each.name === 'work') batches.push([request], [])
    else batches.at(-1)!.push(request)
  }
  return batches.filter(({ length }) => length > 0)
}
