import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import { webhook } from 'sallyport/express'
import express from 'express'
import { Client } from 'langsmith'
import { listen, type RunningServer } from '../servers/listen.ts'
import { createCommitReceiver, createPublishReceiver } from './receivers.ts'

/**
 * Starts an Express server that deploys agents from LangSmith: those that are committed, and, with a token, those that Fleet
 * publishes. The client reads `LANGSMITH_API_KEY` and `LANGSMITH_ENDPOINT`.
 */
export async function serveContextHubDeploy(environment: NodeJS.ProcessEnv, port: number): Promise<RunningServer> {
  const { LANGSMITH_WEBHOOK_SECRET: secret, HUB_DEPLOY_DIR: folder, FLEET_WEBHOOK_TOKEN: token } = environment
  if (!secret) throw new Error('set the environment variable LANGSMITH_WEBHOOK_SECRET to the signing secret')
  if (!folder) throw new Error('set the environment variable HUB_DEPLOY_DIR to the folder that agents are deployed to')
  const directory = resolve(folder)
  await mkdir(directory, { recursive: true })
  // A pull may take longer than LangSmith waits, so each event is stored first.
  const inbox = join(directory, 'events.db')
  const settings = { directory, print: console.log }
  const commits = createCommitReceiver(new Client(), { ...settings, secret, inbox })
  const app = express().all('/webhooks/langsmith', webhook(commits))
  if (token) app.all('/webhooks/fleet', webhook(createPublishReceiver({ ...settings, secret: token })))
  await commits.ready()
  const { port: actualPort, close } = await listen(createServer(app), port)
  return {
    port: actualPort,
    async close() {
      await close()
      await commits.inbox?.stop({ drainMs: 10_000 })
    },
  }
}
