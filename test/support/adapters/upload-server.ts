import { setTimeout } from 'node:timers/promises'
import { createReceiver } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
import { mounts } from './mounts.ts'

/** What the server says about itself. */
export interface ServerState {
  /** Bytes of memory in use, without garbage. */
  readonly held: number
  readonly handled: number
  readonly codes: Readonly<Record<string, number>>
}

const [name, secret, maxBodyBytes] = process.argv.slice(2)
let handled = 0
const receiver = createReceiver(sonzai(), { secret, maxBodyBytes: Number(maxBodyBytes), bodyTimeoutMs: 60_000 })
receiver.onAny(() => void handled++)
const { url } = await mounts[name!]!()(receiver, { before: 'nothing' })

// Buffers are freed beside a collection, and what ends with a connection in the turns after it: one is not the end.
async function withoutGarbage(): Promise<number> {
  const held: number[] = []
  do {
    await setTimeout(20)
    global.gc!()
    const { heapUsed, external } = process.memoryUsage()
    held.push(heapUsed + external)
  } while (held.length < 3 || held.at(-1)! < held.at(-3)! - 100_000)
  return held.at(-1)!
}

process.on('message', async () => {
  const held = await withoutGarbage()
  process.send!({ held, handled, codes: receiver.counts().codes } satisfies ServerState)
})
process.send!({ url })
