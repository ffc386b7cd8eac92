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

process.on('message', () => {
  global.gc!()
  const { heapUsed, external } = process.memoryUsage()
  process.send!({ held: heapUsed + external, handled, codes: receiver.counts().codes } satisfies ServerState)
})
process.send!({ url })
