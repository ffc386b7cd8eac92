import { createBullMqEngine } from '@sallyport/inbox/bullmq'
import { fastRetry } from '../../packages/testing/src/contracts/engine/bench.ts'

// A process that takes an event and never comes to an end with it.
const [connection, queue, lockMs] = process.argv.slice(2) as [string, string, string]
const engine = createBullMqEngine({ connection, queue, lockMs: Number(lockMs) })
await engine.start()
await engine.consume(
  (event, { number }) => {
    console.log(`${event.key} ${number}`)
    return new Promise(() => {})
  },
  { concurrency: 2, retry: fastRetry, order: 'none', onOutcome: () => {} },
)
