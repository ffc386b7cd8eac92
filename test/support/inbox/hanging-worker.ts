import { createSqliteEngine, toRetryPolicy, type Engine } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import type { HangingWorker } from './kill-worker.ts'

// A process that claims events, prints so, and never finishes them.
const engine = open(JSON.parse(process.argv[2]!) as HangingWorker)
await engine.start()
await engine.consume(
  (event, { number }) => {
    console.log(`${event.key} ${number}`)
    return new Promise(() => {})
  },
  { concurrency: 2, retry: toRetryPolicy({}), order: 'none', onOutcome: () => {} },
)
// Keeps the process alive if the engine does not.
setInterval(() => {}, 1_000)

function open({ engine: kind, options }: HangingWorker): Engine {
  if (kind === 'sqlite') return createSqliteEngine(options)
  if (kind === 'pg-boss') return createPgBossEngine(options)
  return createBullMqEngine(options)
}
