import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runJson } from '../support/cli/host.ts'

/** A platform that answers each request so. */
async function answering(body: unknown): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const env = { SONZAI_API_KEY: 'sk_sandbox', INVORATEC_API_KEY: 'claw_sandbox' }

describe('webhooks attempts', () => {
  it('shows the newest first, whatever order they come in', async () => {
    const attempt = (id: string, time?: string) => ({
      attempt_id: id,
      webhook_id: 'w',
      event_type: 'on_wakeup_ready',
      status: 'success',
      response_code: 200,
      attempt_number: 1,
      duration_ms: 5,
      created_at: time,
    })
    const baseUrl = await answering({
      attempts: [
        attempt('second', '2026-11-29T10:00:00Z'),
        attempt('none'),
        attempt('third', '2026-11-29T11:30:00+02:00'),
        attempt('first', '2026-11-29T10:00:01Z'),
      ],
      has_more: false,
    })
    const { records } = await runJson(['webhooks', 'attempts', 'sonzai', 'on_wakeup_ready', '--base-url', baseUrl], {
      env,
    })
    expect(records).toMatchObject([{ attempts: [{ id: 'first' }, { id: 'second' }, { id: 'third' }, { id: 'none' }] }])
  })

  it('shows webhooks by when they were last sent', async () => {
    const webhook = (_id: string, lastTriggered?: string) => ({
      _id,
      event: 'alert.triggered',
      url: 'https://example.com/',
      isActive: true,
      failCount: 0,
      lastTriggered,
    })
    const baseUrl = await answering({
      webhooks: [
        webhook('never'),
        webhook('old', '2026-11-28T10:00:00.000Z'),
        webhook('new', '2026-11-29T10:00:00.000Z'),
      ],
    })
    const { records } = await runJson(['webhooks', 'attempts', 'invoratec', 'alert.triggered', '--base-url', baseUrl], {
      env,
    })
    expect(records).toMatchObject([{ attempts: [{ id: 'new' }, { id: 'old' }, { id: 'never' }] }])
  })
})
