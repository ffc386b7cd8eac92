import { createReceiver, RejectError } from 'sallyport'
import { checkRuntime, deployBundle, fleet } from '@sallyport/fleet'

export const receiver = createReceiver(fleet(), { secret: process.env.FLEET_WEBHOOK_TOKEN }).on(
  '*',
  async ({ data: { bundle } }) => {
    const { readings, findings } = await checkRuntime(bundle)
    if (!readings['fleet-deepagents-export'].loads)
      throw new RejectError(findings.map(({ path, message }) => `${path}: ${message}`).join('; '))
    await deployBundle(bundle, process.env.FLEET_DEPLOY_DIR ?? 'agents', { name: 'researcher' })
  },
)
