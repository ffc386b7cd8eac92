import { toRetryPolicy } from 'sallyport/inbox'
import { openEngine, type EngineChoice } from './open-engine.ts'

// A process that claims events, prints so, and never finishes them.
const engine = openEngine(JSON.parse(process.argv[2]!) as EngineChoice)
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
