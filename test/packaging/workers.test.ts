import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import { sonzai } from 'sallyport/providers/sonzai'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readPackages } from '../../scripts/packages.ts'
import { root } from '../../scripts/run-command.ts'
import { bundleFor } from '../support/hosts/bundle.ts'
import { serve, type Program, type ServedProgram } from '../support/hosts/serve.ts'
import { loadShippedProviders, type ShippedProvider } from '../support/hosts/shipped-providers.ts'
import { tarballPath } from '../support/packaging/pack.ts'

const maxBodyBytes = 100_000
const shipped = await loadShippedProviders()
let folder: string

/** A project with the packed package and its peers, as a user deploys it. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-worker-'))
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  const sallyport = readPackages().find(({ manifest }) => manifest.name === 'sallyport')!
  execFileSync('tar', ['-xzf', tarballPath(inject('tarballs'), sallyport), '-C', modules])
  renameSync(join(modules, 'package'), join(modules, 'sallyport'))
  for (const peer of ['zod', 'jose'])
    symlinkSync(realpathSync(join(sallyport.folder, 'node_modules', peer)), join(modules, peer), 'junction')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bundle = (code: string, isMinified = false): Promise<string> =>
  bundleFor('workerd', { code, resolveDir: folder, isSource: false, isMinified })

/** Sends a delivery; with a longer body, announced or in chunks, if asked for. */
async function post(url: string, { plainHeaders, body }: SignedDelivery): Promise<{ status: number; code: unknown }> {
  const response = await fetch(url, { method: 'POST', headers: plainHeaders, body: Buffer.from(body) })
  return read(response)
}

async function read(response: Response): Promise<{ status: number; code: unknown }> {
  const text = await response.text()
  const { code } = (text.startsWith('{') ? JSON.parse(text) : {}) as { code?: unknown }
  return { status: response.status, code }
}

describe('examples/cloudflare.ts on workerd', () => {
  const code = readFileSync(join(root, 'examples', 'cloudflare.ts'), 'utf8')
  const secret = 'whsec_edge'
  let program: Program
  let worker: ServedProgram
  let url: string

  beforeAll(async () => {
    program = { code: await bundle(code), env: { SONZAI_WEBHOOK_SECRET: secret } }
    worker = await serve('workerd', program)
    url = `${worker.url}/webhooks/sonzai`
  })
  afterAll(() => worker.stop())

  it('handles a delivery, drops its duplicate and answers other paths', async () => {
    const delivery = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' })
    const headers = delivery.plainHeaders
    const sent = await fetch(url, { method: 'POST', headers, body: delivery.body })
    expect([sent.status, await sent.json()]).toEqual([200, { outcome: 'handled' }])
    const again = await fetch(url, { method: 'POST', headers, body: delivery.body })
    expect([again.status, await again.json()]).toEqual([200, { outcome: 'duplicate' }])
    expect((await fetch(worker.url)).status).toBe(404)
    expect((await fetch(url)).status).toBe(405)
  })

  it('refuses a forged delivery and an old one', async () => {
    const forged = signDelivery(sonzai(), { secret: 'whsec_another' })
    expect(await post(url, forged)).toEqual({ status: 401, code: 'SIGNATURE_MISMATCH' })
    const old = signDelivery(sonzai(), { secret, now: Date.now() - 3_600_000 })
    expect(await post(url, old)).toEqual({ status: 401, code: 'TIMESTAMP_STALE' })
  })

  it('starts with the oldest date that the document names', async () => {
    const document = readFileSync(join(root, 'docs', 'adapters.md'), 'utf8')
    const [, compatibilityDate] = /"compatibility_date": "(\d{4}-\d\d-\d\d)"/.exec(document)!
    const oldest = await serve('workerd', { ...program, compatibilityDate })
    const delivery = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' })
    expect((await post(`${oldest.url}/webhooks/sonzai`, delivery)).status).toBe(200)
    await oldest.stop()
  })

  it('is as small as the document says', async () => {
    const document = readFileSync(join(root, 'docs', 'adapters.md'), 'utf8')
    const [, stated] = /below (\d+) kB when minified and compressed/.exec(document)!
    const kilobytes = gzipSync(await bundle(code, true), { level: 9 }).length / 1000
    expect(kilobytes).toBeLessThan(Number(stated))
    expect(kilobytes).toBeGreaterThan(0.7 * Number(stated))
  })
})

describe('every provider on workerd', () => {
  let worker: ServedProgram

  beforeAll(async () => {
    const env = Object.fromEntries(shipped.map(({ receiving }, index) => [`SECRET_${index}`, receiving]))
    worker = await serve('workerd', { code: await bundle(writeWorker(shipped)), env })
  })
  afterAll(() => worker.stop())

  describe.each(shipped.map((each, index) => [each.provider.name, index, each] as const))(
    '%s',
    (_name, index, each) => {
      const url = (): string => `${worker.url}/${index}`
      const sign = (secret: string): SignedDelivery =>
        signDelivery(each.provider, { secret, type: each.type, url: `/${index}` })

      it('handles a delivery', async () => {
        const { status } = await post(url(), sign(each.signing))
        expect(status).toBeGreaterThanOrEqual(200)
        expect(status).toBeLessThan(300)
      })

      it('refuses a forged delivery', async () => {
        const { code, status } = await post(url(), sign(each.strange))
        expect(code).toMatch(/_MISMATCH$/)
        expect(status).toBeGreaterThanOrEqual(400)
      })

      it('refuses a body above the limit, announced or in chunks', async () => {
        const { plainHeaders: headers } = sign(each.signing)
        const body = Buffer.alloc(maxBodyBytes + 1, ' ')
        const announced = await fetch(url(), { method: 'POST', headers, body })
        expect((await read(announced)).code).toBe('BODY_TOO_LARGE')
        const chunks = new Blob([body]).stream()
        const chunked = await fetch(url(), { method: 'POST', headers, body: chunks, duplex: 'half' })
        expect((await read(chunked)).code).toBe('BODY_TOO_LARGE')
      })
    },
  )
})

/** A Worker with a receiver of every provider, made when it starts as in the documented program. */
function writeWorker(providers: readonly ShippedProvider[]): string {
  const imports = providers.map(({ entry, factory }, index) => `import { ${factory} as make${index} } from '${entry}'`)
  const mounts = providers.map(({ options }, index) => {
    const receiver = `createReceiver(make${index}(${options}), { secret: process.env.SECRET_${index}, maxBodyBytes: ${maxBodyBytes} })`
    return `webhook(${receiver}.onAny(() => {}))`
  })
  return `
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/fetch'
${imports.join('\n')}
const mounts = [${mounts.join(',\n')}]
export default {
  fetch(request, _env, context) {
    const handle = mounts[new URL(request.url).pathname.slice(1)]
    return handle ? handle(request, context) : new Response(null, { status: 404 })
  },
}`
}
