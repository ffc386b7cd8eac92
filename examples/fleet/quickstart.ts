import { createReceiver, RejectError } from 'sallyport'
import { checkToolAuth, deployBundle, fleet } from '@sallyport/fleet'
import * as z from 'zod'

const DeployInput = z.object({ environment: z.enum(['staging', 'prod']), dry_run: z.boolean() })

export const receiver = createReceiver(
  fleet({ header: 'authorization', actions: { 'Deploy to Production': DeployInput } }),
  { secret: process.env.FLEET_WEBHOOK_TOKEN },
).on('Deploy to Production', async ({ data }) => {
  const readiness = await checkToolAuth(data.toolAuth, { env: process.env, oauth: { google: ['calendar.readonly'] } })
  if (!readiness.ready) throw new RejectError(readiness.summary)
  const { action, bundle, input, publisher } = data
  if (!input.dry_run) await deployBundle(bundle, '/srv/agents', { action, publisher, name: 'researcher' })
})
