import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createSqliteEngine, type Engine } from 'sallyport/inbox'
import { createEvents } from './inbox-events.ts'
import type { Place } from './inbox-stores.ts'
import { median } from './measure.ts'
import type { Row } from './report.ts'

const works = {
  'during a search': (engine: Engine) => engine.list({ search: 'nothing has this text' }),
  'during replay of all': (engine: Engine) => engine.replay({ state: 'dead' }),
  'during discard of all': (engine: Engine) => engine.discard({ state: 'pending' }),
} as const

/** How long one sender waits for a SQLite inbox, at rest and while somebody looks at many events or changes them. */
export async function benchChanges({ folder }: Place, { events }: { readonly events: number }): Promise<Row[]> {
  const path = join(folder, `${randomUUID()}.db`)
  const engine = createSqliteEngine({ path })
  await engine.start()
  const makeEvent = createEvents()
  const name = `SQLite, ${events.toLocaleString('en')} events, 1 client`
  const rows: Row[] = []
  function add(subject: string, waits: readonly number[]): void {
    const floor = rows[0]?.median
    for (const [what, value] of [
      [subject, median(waits)],
      [`${subject.replace('floor: ', '')}, longest`, Math.max(...waits)],
    ] as const)
      rows.push({ subject: what, case: name, median: value, unit: 'ms', ratio: value / (floor ?? median(waits)) })
  }

  try {
    await engine.insert([makeEvent()])
    seed(path, events)
    const times = Math.min(300, events)
    let left = times
    add('floor: at rest', await measureWaits(engine, makeEvent, () => left-- === 0))
    for (const [subject, work] of Object.entries(works)) {
      const over = new AbortController()
      const working = work(engine).finally(() => over.abort())
      add(subject, await measureWaits(engine, makeEvent, () => over.signal.aborted))
      await working
    }
    return rows
  } finally {
    await engine.stop({ drainMs: 0 })
  }
}

/** Makes dead events, directly: thousands of attempts that fail take long. */
function seed(path: string, count: number): void {
  // The engine writes now and then by itself.
  const database = new DatabaseSync(path, { timeout: 10_000 })
  database.exec(`
    BEGIN IMMEDIATE;
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${count})
    INSERT INTO events (key, state, provider, type, id, stored_at, due_at, finished_at, error, envelope)
      SELECT 'dead-' || n, 3, provider, type, 'id-' || n, stored_at, 0, unixepoch() * 1000, 'Error: failed', envelope
      FROM n, (SELECT * FROM events LIMIT 1);
    INSERT INTO bodies SELECT events.seq, first.body FROM events, (SELECT body FROM bodies LIMIT 1) first WHERE state = 3;
    UPDATE kept SET dead = ${count};
    COMMIT`)
  database.close()
}

async function measureWaits(
  engine: Engine,
  makeEvent: ReturnType<typeof createEvents>,
  isOver: () => boolean,
): Promise<number[]> {
  const waits: number[] = []
  do {
    const start = performance.now()
    await engine.insert([makeEvent()])
    waits.push(performance.now() - start)
  } while (!isOver())
  return waits
}
