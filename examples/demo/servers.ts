import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
  /** What its handlers printed since this was last asked. */
  takePrinted(): string
  close(): Promise<void>
}

/** Starts all example servers on free ports, each with receivers and a folder for agents of its own. */
export function startServers(): Promise<DemoServer[]> {
  return Promise.all(
    serverNames.map(async (name) => {
      const directory = await mkdtemp(join(tmpdir(), `sallyport-demo-${name}-`))
      const receivers = createDemoReceivers(directory)
      const { port, close } = await servers[name](receivers, 0)
      return {
        name,
        url: `http://127.0.0.1:${port}`,
        joinsHeaders: name === 'fetch',
        handlerRuns: receivers.handlerRuns,
        takePrinted: receivers.takePrinted,
        async close() {
          await close()
          await rm(directory, { recursive: true, force: true })
        },
      }
    }),
  )
}
