import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/cli/command.ts'
import { runHere } from '../support/cli/in-process.ts'
import { hasChromium, useBrowser } from '../support/console/browser.ts'
import { hostileTexts } from '../support/console/hostile.ts'
import { openConsole, type OpenedConsole } from '../support/console/open-console.ts'
import { secrets, signOrder } from '../support/console/seed.ts'

describe.skipIf(!hasChromium)('what the console hands over', { timeout: 120_000 }, () => {
  let opened: OpenedConsole
  let endpoint: Endpoint
  beforeEach(async () => {
    opened = await openConsole({ keepSecretHeaders: true })
    endpoint = await openEndpoint()
  })
  afterEach(() => opened.close())
  const { open } = useBrowser()

  /** Delivers a body as the endpoint would have got it, and opens its event. */
  async function openEvent(body: string): Promise<Page> {
    const own = { Host: endpoint.host, 'X-Note': `it's "$HOME"` }
    const { method, url, headers } = signOrder('msg_handed', 'order.sent', {}, own, body)
    await opened.receivers.orders.receive({
      method,
      url,
      headers,
      body: Buffer.from(body),
      receivedAt: Date.now(),
      secure: false,
    })
    const { key } = (await opened.inbox.list({ search: 'msg_handed' })).events[0]!
    const page = await open(`${opened.url}event?key=${encodeURIComponent(key)}`)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    return page
  }

  const toBody = (data: object): string =>
    JSON.stringify({ type: 'order.sent', timestamp: new Date().toISOString(), data })

  it.each([
    ['quotes and commands of a shell', toBody({ text: `'"$(touch x)\`y\`\\ !! % & ; # é 漢` })],
    ['lines', `${toBody({ a: 1 }).replace(',', ',\n')}\n\n`],
    ['hostile texts', toBody({ texts: hostileTexts })],
    ['tabs, which come through base64', toBody({ a: 1 }).replace(':', ':\t')],
  ])('copies a curl command that sends the same bytes: %s', async (_, body) => {
    const page = await openEvent(body)
    await page.getByRole('button', { name: 'Copy as curl' }).click()
    await page.getByText('Copied the curl command').waitFor()
    const command = await page.evaluate<string>('navigator.clipboard.readText()')
    await promisify(execFile)('sh', ['-c', command], { cwd: await temporaryFolder() })
    const [arrived] = endpoint.arrived
    expect(arrived!.body).toBe(body)
    expect(arrived!.url).toMatch(/^\/webhooks\/orders\?token=.*&page=2$/)
    expect(arrived!.headers).toMatchObject({ 'content-type': 'application/json', 'x-note': `it's "$HOME"` })
    expect(command).not.toContain('v1,')
  })

  it('downloads a file that the command verifies and sends', async () => {
    const body = toBody({ text: "it's é", amount: 1 })
    const page = await openEvent(body)
    const started = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download .http' }).click()
    const download = await started
    const folder = await temporaryFolder()
    await download.saveAs(join(folder, 'event.http'))
    expect(download.suggestedFilename()).toMatch(/\.http$/)

    const env = { ORDERS_SECRET: secrets['standard-webhooks'] }
    const secret = ['--secret', 'env:ORDERS_SECRET']
    const verified = await runHere(['verify', 'standard-webhooks', '--request', 'event.http', ...secret], {
      cwd: folder,
      env,
    })
    // The console hands no signature over, whatever the inbox keeps.
    expect(verified.code).toBe(1)
    expect(verified.stdout + verified.stderr).toContain('SIGNATURE_MISSING')
    const address = `http://${endpoint.host}/webhooks/orders`
    const send = ['send', 'standard-webhooks', '--sign', ...secret, '--to', address, '--replay', 'event.http']
    const sent = await runHere(send, { cwd: folder, env })
    expect([sent.code, sent.stderr]).toEqual([0, ''])
    expect(endpoint.arrived[0]!.body).toBe(body)
    expect(endpoint.arrived[0]!.headers['webhook-signature']).toMatch(/^v1,/)
  })
})

interface Endpoint {
  readonly host: string
  readonly arrived: {
    readonly url: string | undefined
    readonly headers: object & Record<string, unknown>
    readonly body: string
  }[]
}

/** A server that remembers what arrives. */
async function openEndpoint(): Promise<Endpoint> {
  const arrived: Endpoint['arrived'][number][] = []
  async function remember(request: IncomingMessage): Promise<void> {
    const { url, headers } = request
    arrived.push({ url, headers, body: (await buffer(request)).toString() })
  }
  const server = createServer((request, response) => {
    void remember(request).finally(() => response.end('{}'))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => server.close().closeAllConnections())
  await once(server, 'listening')
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, arrived }
}
