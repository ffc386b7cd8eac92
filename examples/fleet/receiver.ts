import { createReceiver, createReply, RejectError } from 'sallyport'
import { checkPolicy, checkToolAuth, deployBundle, fleet } from '@sallyport/fleet'
import * as z from 'zod'

const directory = process.env.FLEET_DEPLOY_DIR ?? 'agents'
const provider = fleet({ actions: { 'Deploy to Production': z.object({ dry_run: z.boolean().default(false) }) } })

export const receiver = createReceiver(provider, { secret: process.env.FLEET_WEBHOOK_TOKEN }).on(
  'Deploy to Production',
  async ({ data: { action, bundle, toolAuth, input, publisher } }) => {
    const policy = await checkPolicy(bundle, { keepInterrupts: ['*send*'], maxTotalBytes: 16 * 1024 * 1024 })
    if (!policy.ok) throw new RejectError(policy.findings.map(({ message }) => message).join('; '))
    const readiness = await checkToolAuth(toolAuth, { env: process.env, oauth: { google: ['calendar.readonly'] } })
    if (!readiness.ready) throw new RejectError(readiness.summary)
    if (input.dry_run) return createReply({ body: { digest: bundle.digest, deployed: false } })
    const { digest, changed } = await deployBundle(bundle, directory, { action, publisher, name: 'researcher' })
    return createReply({ body: { digest, deployed: true, changed } })
  },
)
