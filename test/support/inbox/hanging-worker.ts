import { createSqliteEngine, toRetryPolicy, type Engine } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import type { HangingWorker } from './kill-worker.ts'

// A process that takes events, says so, and never comes to an end with them.
const engine = open(JSON.parse(process.argv[2]!) as HangingWorker)
await engine.start()
await engine.consume(
  (event, { number }) => {
    console.log(`${event.key} ${number}`)
    return new Promise(() => {})
  },
  { concurrency: 2, retry: toRetryPolicy({}), order: 'none', onOutcome: () => {} },
)
// Nothing else keeps it alive where the engine lets a process end.
setInterval(() => {}, 1_000)

function open({ engine: kind, options }: HangingWorker): Engine {
  if (kind === 'sqlite') return createSqliteEngine(options)
  if (kind === 'pg-boss') return createPgBossEngine(options)
  return createBullMqEngine(options)
}
