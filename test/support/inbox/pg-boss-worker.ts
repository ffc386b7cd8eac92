import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { consume, newEvent } from '../../../packages/contracts/src/engine/test-store.ts'

// A separate process that handles events of an inbox. It prints each start, and finally the result.
const [connectionString, schema, queue, mode, count] = process.argv.slice(2) as [string, string, string, string, string]
const engine = createPgBossEngine({ connectionString, schema, queue, leaseMs: 3_000, pollMs: 50, maxConnections: 4 })
await engine.start()

if (mode === 'hang') {
  await consume(engine, async ({ key }, { number }) => {
    console.log(`${key} ${number}`)
    await new Promise(() => {})
  })
}

if (mode === 'race') {
  // Both processes get the same events, and both handle them.
  console.log('ready')
  await new Promise((resolve) => process.stdin.once('data', resolve))
  const outcomes = await consume(engine, async () => {}, { concurrency: 5 })
  const answers = await Promise.all(Array.from({ length: Number(count) }, (_, n) => engine.insert([newEvent(n)])))
  while ((await engine.stats()).counts.done < Number(count)) await new Promise((resolve) => setTimeout(resolve, 20))
  await engine.stop({ drainMs: 5_000 })
  const stored = answers.flat().filter((answer) => answer === 'stored').length
  console.log(JSON.stringify({ stored, handled: outcomes.seen.map(({ event }) => event.key) }))
}
