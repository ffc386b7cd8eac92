import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInvoratecClient, createSonzaiClient, createFileSecretStore, storedSecrets } from '@sallyport/platforms'
import type { SecretStore } from '@sallyport/platforms'
import { createSandbox, type DeliveryResult } from '@sallyport/sandbox'
import { createReceiver, type EventMap, type Provider, type Receiver } from 'sallyport'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { createDeployReceiver } from '../fleet-deploy/receiver.ts'
import { servers as programs, serverNames, type ServerName } from '../servers/index.ts'

/** Everything the story takes place in. */
export type World = Awaited<ReturnType<typeof createWorld>>

/** One of the example servers at work, with the receivers of all three platforms. */
export type DemoServer = Awaited<ReturnType<typeof startServer>>

/** Starts the platforms and four servers on free ports of this computer. */
export async function createWorld() {
  // Everything that is written goes here, and is deleted at the end.
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-demo-'))
  const secretFile = join(folder, 'secrets.json')
  const secrets = createFileSecretStore(secretFile)
  const fleetToken = randomBytes(24).toString('hex')
  const sandbox = await createSandbox({
    agents: join(import.meta.dirname, '..', 'agents'),
    // Real platforms retry for hours. Here a server is back within seconds.
    retry: { attempts: 60, delayMs: 50, maxDelayMs: 500 },
  })
  const servers = await Promise.all(
    serverNames.map((name) => startServer(name, join(folder, name), secrets, fleetToken)),
  )
  return {
    folder,
    sandbox,
    sonzai: createSonzaiClient({ apiKey: sandbox.sonzai.apiKey, baseUrl: sandbox.sonzai.url }),
    invoratec: createInvoratecClient({ apiKey: sandbox.invoratec.apiKey, baseUrl: sandbox.invoratec.url }),
    /** Path of the file with the signing secrets. */
    secretFile,
    secrets,
    fleetToken,
    servers,
    async close(): Promise<void> {
      await sandbox.stop()
      await Promise.all(servers.map((server) => server.close()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function startServer(name: ServerName, agents: string, secrets: SecretStore, fleetToken: string) {
  /** Ids of the events of Sonzai and Invoratec that were handled. */
  const handled: string[] = []
  /** What the Fleet handler printed about each agent. */
  const reviews: string[] = []
  const failed = new Set<string>()

  function receive<Events extends EventMap>(provider: Provider<Events>): Receiver<Events> {
    return createReceiver(provider, { secret: storedSecrets(secrets, { provider }) })
      .onAny(({ id, data }) => {
        const { failsOnce } = data as { failsOnce?: string }
        if (failsOnce !== undefined && !failed.has(failsOnce)) {
          failed.add(failsOnce)
          throw new Error('a service that the handler needs is down')
        }
        handled.push(id)
      })
      .onError(() => {}) // This failure is part of the story.
  }

  const fleet = createDeployReceiver({
    secret: fleetToken,
    directory: agents,
    // What deployed agents will find: an API key, and a Google account. No Slack.
    auth: { env: { TAVILY_API_KEY: 'demo' }, oauth: { google: true } },
    print: (text) => reviews.push(text),
  })
  const { port, close } = await programs[name]({ sonzai: receive(sonzai()), invoratec: receive(invoratec()), fleet }, 0)
  return { name, url: `http://127.0.0.1:${port}`, agents, handled, reviews, close }
}

/** Does the same at every server. The one answer if all agree, else the answer of each. */
export async function atEach(
  servers: readonly DemoServer[],
  work: (server: DemoServer) => Promise<string>,
): Promise<string> {
  const answers = await Promise.all(servers.map((server) => work(server).catch(describeFailure)))
  if (new Set(answers).size === 1) return answers[0]!
  return servers.map(({ name }, index) => `${name}: ${answers[index]}`).join('; ')
}

function describeFailure(error: Error): string {
  const { code } = (error.cause ?? error) as NodeJS.ErrnoException
  return code ?? error.message
}

/** The answers that a delivery got, retries included. */
export function describeAttempts({ attempts }: DeliveryResult): string {
  return attempts.map(({ responseCode, responseBody }) => describeAnswer(responseCode, responseBody)).join(', then ')
}

/** A status, and what the answer says: the outcome, or the code of an error. */
export function describeAnswer(status: number, body = ''): string {
  if (status === 0) return 'lost'
  if (!body.startsWith('{')) return `${status}`
  const { outcome, code, detail } = JSON.parse(body) as { outcome?: string; code?: string; detail?: string }
  // Fleet shows the detail to the publisher. It begins with its own code.
  const reason = /^[A-Z_]+(?=: )/.exec(detail ?? '')?.[0]
  return `${status} ${reason ?? code ?? outcome}`
}
