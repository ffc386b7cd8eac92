// A server that dies at its first request, in the way its options say.
import type { Answer, Order } from './server-options.ts'

const { dieAs } = JSON.parse(process.argv[2]!) as { readonly dieAs: Death }

/** How it dies. */
export type Death =
  | 'before it listens'
  | 'between question and answer'
  | 'after its answer'
  | 'with its channel closed long before'

if (dieAs === 'before it listens') process.kill(process.pid, 'SIGKILL')
process.send!({ port: 1 })

const busy = { counts: { pending: 1, active: 0 } }

process.on('message', ({ number }: { number: number; order: Order }) => {
  const answer: Answer = { number, value: busy }
  if (dieAs === 'between question and answer') process.kill(process.pid, 'SIGKILL')
  process.send!(answer)
  if (dieAs === 'after its answer') process.kill(process.pid, 'SIGKILL')
  process.disconnect()
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 200)
})
