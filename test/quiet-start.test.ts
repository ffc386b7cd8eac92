import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { signDelivery } from 'sallyport/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import type { StartOrder, StartReport } from './support/hosts/quiet-start.ts'
import { loadShippedProviders } from './support/hosts/shipped-providers.ts'

const program = join(import.meta.dirname, 'support', 'hosts', 'quiet-start.ts')
const entries = ['', '/provider', '/fetch', '/feed', '/record', '/diagnose', '/testing'].map(
  (entry) => `sallyport${entry}`,
)

describe('a program for an edge host, before its first delivery', () => {
  let report: StartReport
  let providers: number

  beforeAll(async () => {
    const shipped = await loadShippedProviders()
    providers = shipped.length
    const [{ provider, type, signing }] = shipped as [(typeof shipped)[0]]
    const { method, url, plainHeaders, body } = signDelivery(provider, { secret: signing, type })
    const order: StartOrder = {
      entries,
      providers: shipped.map(({ receiving, entry, factory, options }) => ({
        entry,
        factory,
        options,
        secret: receiving,
      })),
      delivery: { method, url, plainHeaders, body: Buffer.from(body).toString() },
    }
    const flags = ['--conditions=@sallyport/source', '--disable-warning=ExperimentalWarning']
    const cwd = join(import.meta.dirname, '..')
    const output = execFileSync(process.execPath, [...flags, program], {
      cwd,
      input: JSON.stringify(order),
      encoding: 'utf8',
      stdio: 'pipe',
    })
    report = JSON.parse(output.trimEnd().split('\n').at(-1)!) as StartReport
  })

  it('makes no random value, sets no timer and reads no clock', () => {
    expect(report.before).toEqual([])
    expect(providers).toBeGreaterThan(5)
  })

  it('would be caught doing so: a delivery does all of it', () => {
    expect(report.status).toBe(200)
    const names = report.delivery.map((call) => call.replace(/ at .*/, ''))
    for (const name of ['crypto.randomUUID', 'setTimeout', 'Date.now', 'performance.now']) expect(names).toContain(name)
  })
})
