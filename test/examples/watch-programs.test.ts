import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createReceiver, RejectError } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { signDelivery } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startDocumented } from '../support/examples/serve.ts'
import { findFreePort } from '../support/free-port.ts'

const sonzaiSecret = 'whsec_watched'
const secret = 'whsec_YSBzZWNyZXQgb2YgYWxlcnRzIQ=='
const home = mkdtempSync(join(tmpdir(), 'sallyport-watch-programs-'))
beforeAll(() => {
  vi.stubEnv('ALERT_SECRET', secret)
  vi.stubEnv('GITHUB_WEBHOOK_SECRET', 'a secret of GitHub')
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true })
})

async function leaveDead(file: string): Promise<void> {
  const receiver = createReceiver(sonzai(), { secret: sonzaiSecret, inbox: file }).onAny(() => {
    throw new RejectError('no')
  })
  receiver.onError(() => {})
  await receiver.receive(signDelivery(sonzai(), { secret: sonzaiSecret }))
  await expect.poll(async () => (await receiver.inbox!.stats()).counts.dead).toBe(1)
  await receiver.inbox!.stop()
}

describe('examples/operations', () => {
  it('watch.ts tells Slack of a dead event', async () => {
    const file = join(home, 'events.db')
    await leaveDead(file)
    const posted: string[] = []
    const slack = createServer(async (request, response) => {
      posted.push(await text(request))
      response.end('ok')
    })
    await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve))
    const { port } = slack.address() as { port: number }
    const program = await startDocumented('examples/operations/watch.ts', await findFreePort(), {
      SONZAI_WEBHOOK_SECRET: sonzaiSecret,
      EVENTS_FILE: file,
      SLACK_URL: `http://127.0.0.1:${port}/services/T/B/x`,
    })
    await expect.poll(() => posted.join(), { timeout: 10_000 }).toContain('events.db: 1 dead event')
    expect((await program.end('SIGTERM')).code).toBe(0)
    slack.close()
  })

  it('watch-rules.ts watches by its rules', async () => {
    const { createWatchedReceiver, watchRules } = await import('../../examples/operations/watch-rules.ts')
    const receiver = createWatchedReceiver(join(home, 'rules.db'))
    const watching = watchRules(receiver, secret)
    await watching.stop()
    expect(watching.alerts()).toEqual([])
    await receiver.inbox?.stop()
  })

  it('receive-alerts.ts takes a raised alert', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    const { receiver } = await import('../../examples/operations/receive-alerts.ts')
    const data = {
      watch: 'watch',
      id: 'an-id',
      rule: 'dead-letters',
      subject: 'a store',
      text: 'a store: 3 dead events',
      value: 3,
      limit: 0,
      raisedAt: new Date().toISOString(),
    }
    const type = 'sallyport.alert.raised'
    const delivery = signDelivery(standardWebhooks({ events: {} }), {
      secret,
      id: 'msg',
      body: { type, timestamp: data.raisedAt, data },
    })
    expect(await receiver.receive(delivery)).toMatchObject({ outcome: 'handled' })
    expect(log).toHaveBeenCalledWith('raised', 'an-id', 'a store: 3 dead events')
  })
})
