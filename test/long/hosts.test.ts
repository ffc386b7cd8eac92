import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeEndpoints } from '../../packages/contracts/src/adapter.ts'
import { root } from '../../scripts/run-command.ts'
import { bundleFor } from '../support/hosts/bundle.ts'
import { hostDeviations } from '../support/hosts/deviations.ts'
import { startRemoteHost, type RemoteHost } from '../support/hosts/remote/open-endpoints.ts'
import { serve, type ServedProgram } from '../support/hosts/serve.ts'

// The document's program for Workers runs in test/packaging/workers.test.ts.
describe.each(['bun', 'deno'] as const)('the program for %s in docs/adapters.md', (host) => {
  const secret = 'whsec_edge'
  let served: ServedProgram

  beforeAll(async () => {
    const text = readFileSync(join(root, 'examples', `${host}.ts`), 'utf8')
    const code = await bundleFor(host, { code: text, isSource: true })
    served = await serve(host, { code, env: { SONZAI_WEBHOOK_SECRET: secret } })
  })
  afterAll(() => served.stop())

  it('handles a delivery, and refuses a forged one', async () => {
    const url = `${served.url}/webhooks/sonzai`
    const post = async (signing: string): Promise<number> => {
      const { plainHeaders: headers, body } = signDelivery(sonzai(), { secret: signing, type: 'on_wakeup_ready' })
      return (await fetch(url, { method: 'POST', headers, body })).status
    }
    expect(await post(secret)).toBe(200)
    expect(await post('whsec_another')).toBe(401)
    expect((await fetch(served.url)).status).toBe(404)
  })
})

for (const host of ['bun', 'deno', 'workerd'] as const) {
  let started: Promise<RemoteHost> | undefined
  describeEndpoints(host, async (settings) => (await (started ??= startRemoteHost(host))).open(settings), {
    deviations: hostDeviations[host],
  })
  afterAll(async () => (await started)?.stop())
}
