import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createInvoratecClient,
  createSonzaiClient,
  memorySecretStore,
  type InvoratecClient,
  type SecretStore,
  type SonzaiClient,
} from '@sallyport/platforms'
import { createSandbox, type Sandbox } from '@sallyport/sandbox'
import { startStoryServer, type StoryServer } from './server.ts'

/** Everything the story takes place in: the platforms, clients of their APIs, and a server that receives. */
export interface World {
  readonly sandbox: Sandbox
  readonly sonzai: SonzaiClient
  readonly invoratec: InvoratecClient
  readonly secrets: SecretStore
  readonly server: StoryServer
  close(): Promise<void>
}

/** Starts the sandbox and the server, both on localhost, with nothing registered yet. */
export async function createWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-demo-story-'))
  const secrets = memorySecretStore()
  const sandbox = await createSandbox({
    agents: join(import.meta.dirname, '..', '..', 'agents'),
    retry: { attempts: 3, delayMs: 50 },
  })
  const server = await startStoryServer(folder, secrets)
  return {
    sandbox,
    sonzai: createSonzaiClient({ apiKey: sandbox.sonzai.apiKey, baseUrl: sandbox.sonzai.url }),
    invoratec: createInvoratecClient({ apiKey: sandbox.invoratec.apiKey, baseUrl: sandbox.invoratec.url }),
    secrets,
    server,
    async close() {
      await sandbox.stop()
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
