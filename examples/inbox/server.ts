import { createReceivers } from '../receivers.ts'
import { serve } from '../servers/express.ts'
import type { RunningServer } from '../servers/listen.ts'
import { openInbox } from './open-inbox.ts'

/**
 * The Express example with an inbox: it answers 202 when an event is on disk, and handles it then. With
 * `INBOX_WORK=elsewhere` it only keeps events, for a worker.
 */
export async function serveInbox(environment: NodeJS.ProcessEnv, port: number): Promise<RunningServer> {
  const inbox = openInbox(environment, environment['INBOX_WORK'] === 'elsewhere' ? 'elsewhere' : 'here')
  const receivers = createReceivers(environment, inbox)
  // The store is open, and its real settings keep the promise; or this says why not.
  await inbox.ready()
  const server = await serve(receivers, port)
  return {
    port: server.port,
    async close() {
      // First nothing new comes in, then the handlers at work end.
      await server.close()
      await inbox.stop({ drainMs: 10_000 })
      await receivers.fleet?.settled()
    },
  }
}
