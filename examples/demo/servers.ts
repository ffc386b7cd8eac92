import { servers, serverNames } from '../servers/index.ts'
import { createDemoReceivers } from './receivers.ts'

/** A server under demonstration. */
export interface DemoServer {
  readonly name: string
  readonly url: string
  /** Whether repeated headers reach the receiver joined, as web-standard `Headers` do. */
  readonly joinsHeaders: boolean
  /** How often a handler ran so far. */
  handlerRuns(): number
  close(): Promise<void>
}

/** Starts all example servers on free ports, each with receivers of its own. */
export function startServers(): Promise<DemoServer[]> {
  return Promise.all(
    serverNames.map(async (name) => {
      const receivers = createDemoReceivers()
      const { port, close } = await servers[name](receivers, 0)
      return {
        name,
        url: `http://127.0.0.1:${port}`,
        joinsHeaders: name === 'fetch',
        handlerRuns: receivers.handlerRuns,
        close,
      }
    }),
  )
}
