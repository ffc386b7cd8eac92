import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { deployBundle, fleet } from '@sallyport/fleet'
import { signDelivery } from 'sallyport/testing'
import { action, buildBody, secret, type FleetCase } from '../../bench/fleet-bodies.ts'
import type { Prepare } from './judge.ts'

/** Prepares the way of a Fleet delivery from its body to a folder on disk. */
export async function prepareDelivery(fleetCase: FleetCase): Promise<Prepare> {
  const body = await buildBody(fleetCase)
  return async () => {
    const root = await mkdtemp(join(tmpdir(), 'sallyport-turns-'))
    const provider = fleet({ actions: [action], limits: { maxArchiveBytes: fleetCase.bodyBytes } })
    const receiver = createReceiver(provider, { secret }).on(action, async ({ data }) => {
      await deployBundle(data.bundle, root)
    })
    const delivery = { ...signDelivery(provider, { secret, type: action }), body }
    return async () => {
      const { status } = await receiver.receive(delivery)
      await rm(root, { recursive: true, force: true })
      if (status !== 200) throw new Error(`the delivery was answered ${status}`)
    }
  }
}
