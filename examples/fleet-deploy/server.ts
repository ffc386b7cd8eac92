import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { webhook } from 'sallyport/express'
import express from 'express'
import * as z from 'zod'
import { listen, type RunningServer } from '../servers/listen.ts'
import { createDeployReceiver } from './receiver.ts'

/** OAuth grants of the deployed agents: scopes by provider, or `true` for every scope. */
const OAuthGrants = z.record(z.string(), z.union([z.literal(true), z.array(z.string())]))

/** Starts an Express server that Fleet can publish to. It prints a review of each agent, and deploys those that pass. */
export async function serveFleetDeploy(environment: NodeJS.ProcessEnv, port: number): Promise<RunningServer> {
  const { FLEET_WEBHOOK_TOKEN: secret, FLEET_DEPLOY_DIR: directory, FLEET_OAUTH: oauth = '{}' } = environment
  if (!secret) throw new Error('set the environment variable FLEET_WEBHOOK_TOKEN to the token that the webhook sends')
  if (!directory)
    throw new Error('set the environment variable FLEET_DEPLOY_DIR to the folder that agents are deployed to')

  const receiver = createDeployReceiver({
    secret,
    directory: resolve(directory),
    auth: { env: environment, oauth: readGrants(oauth) },
    print: console.log,
  }).onReject(({ code, status, remoteAddress }) => console.error(JSON.stringify({ code, status, remoteAddress })))

  // `all`, not `post`: the receiver answers and reports wrong methods too.
  const app = express().all('/webhooks/fleet', webhook(receiver))
  const { port: actualPort, close } = await listen(createServer(app), port)
  return {
    port: actualPort,
    async close() {
      await close()
      await receiver.settled()
    },
  }
}

function readGrants(text: string): z.output<typeof OAuthGrants> {
  try {
    return OAuthGrants.parse(JSON.parse(text))
  } catch (cause) {
    throw new Error('FLEET_OAUTH must be JSON such as {"google":["calendar.readonly"],"slack":true}', { cause })
  }
}
