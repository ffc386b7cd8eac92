import { createReceivers } from '../receivers.ts'
import { serve } from '../servers/express.ts'
import type { RunningServer } from '../servers/listen.ts'
import { openInbox } from './open-inbox.ts'

/**
 * Starts the Express example with an inbox: it answers 202 when an event is on disk, then handles it. With
 * `INBOX_WORK=elsewhere` it only stores events, for a worker.
 */
export async function serveInbox(environment: NodeJS.ProcessEnv, port: number): Promise<RunningServer> {
  const inbox = openInbox(environment, environment['INBOX_WORK'] === 'elsewhere' ? 'elsewhere' : 'here')
  const receivers = createReceivers(environment, inbox)
  // Fails here if the store cannot open, or its settings break the promise.
  await inbox.ready()
  const server = await serve(receivers, port)
  return {
    port: server.port,
    async close() {
      // Close the server first, then let running handlers finish.
      await server.close()
      await inbox.stop({ drainMs: 10_000 })
      await receivers.fleet?.settled()
    },
  }
}
