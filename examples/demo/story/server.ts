import { join } from 'node:path'
import { createReceiver, type EventMap, type Provider, type Receiver } from 'sallyport'
import { createInbox, createSqliteEngine, type Inbox } from 'sallyport/inbox'
import { storedSecrets, type SecretStore } from '@sallyport/platforms'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai, type SonzaiEvents } from 'sallyport/providers/sonzai'
import { createDeployReceiver } from '../../fleet-deploy/receiver.ts'
import { serve } from '../../servers/express.ts'
import { fleetAuth } from '../fleet/settings.ts'

/** The token that Fleet's webhook sends, in the story. */
export const fleetToken = 'demo-story-fleet-token'

/** An event that a handler had. */
export interface HandledEvent {
  readonly id: string
  readonly provider: string
  readonly type: string
  readonly keyId: string
  readonly data: unknown
}

/** One Express server that receives from all three platforms. Events are kept in SQLite, agents are deployed to a folder. */
export interface StoryServer {
  readonly url: string
  readonly sonzai: Receiver<SonzaiEvents>
  readonly inbox: Inbox
  /** Where agents go. */
  readonly agents: string
  /** What the handlers had so far, in order. */
  readonly handled: readonly HandledEvent[]
  /** Codes of refusals so far. */
  readonly refused: readonly string[]
  close(): Promise<void>
}

/** Starts the server. Secrets of Sonzai and Invoratec come out of the store, delivery by delivery. */
export async function startStoryServer(folder: string, secrets: SecretStore): Promise<StoryServer> {
  const handled: HandledEvent[] = []
  const refused: string[] = []
  const inbox = createInbox({ engine: createSqliteEngine({ path: join(folder, 'events.db') }) })
  const agents = join(folder, 'agents')

  const receive = <Events extends EventMap>(provider: Provider<Events>): Receiver<Events> =>
    // Two seconds for a body to arrive: nobody wants to watch the slow one for thirty.
    createReceiver(provider, { secret: storedSecrets(secrets, { provider }), inbox, bodyTimeoutMs: 2_000 }).onAny(
      ({ id, type, keyId, data }) => {
        handled.push({ id, provider: provider.name, type, keyId, data })
      },
    )
  const receivers = {
    // A message that is pushed and fetched is one event.
    sonzai: receive(sonzai({ messageIds: true })),
    invoratec: receive(invoratec()),
    fleet: createDeployReceiver({ secret: fleetToken, directory: agents, auth: fleetAuth, print: () => {} }),
  }
  for (const receiver of Object.values(receivers)) receiver.onReject(({ code }) => refused.push(code ?? ''))
  await inbox.ready()
  const { port, close } = await serve(receivers, 0)

  return {
    url: `http://127.0.0.1:${port}`,
    sonzai: receivers.sonzai,
    inbox,
    agents,
    handled,
    refused,
    async close() {
      await close()
      await inbox.stop()
    },
  }
}
