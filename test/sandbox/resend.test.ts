import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
import type { DeliveryAttempt, Sandbox } from '@sallyport/sandbox'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/cli/command.ts'
import { runHere } from '../support/cli/in-process.ts'
import { call, keys, useBench } from '../support/sandbox/open-sandbox.ts'

const bench = useBench()

interface Taken {
  readonly url: string
  readonly headers: readonly string[]
  readonly body: string
}

/** Sends one delivery to a server that keeps what it gets. */
async function sendOne(): Promise<{ sandbox: Sandbox; attempt: DeliveryAttempt; taken: Taken[] }> {
  const sandbox = await bench.start({ retry: { attempts: 1 } })
  const taken: Taken[] = []
  const origin = await bench.serveWith(async (request, response) => {
    const body = Buffer.concat((await request.toArray()) as Buffer[]).toString('latin1')
    taken.push({ url: request.url!, headers: request.rawHeaders, body })
    response.setHeader('x-answer', String(taken.length)).end()
  })
  sandbox.sonzai.register('agent.message', { webhookUrl: `${origin}hook?a=1`, authHeader: 'Bearer token-1' })
  const [delivery] = sandbox.sonzai.trigger('agent.message', { data: { content: 'é 漢字' } })
  const { attempts } = await delivery!.finished
  return { sandbox, attempt: attempts[0]!, taken }
}

const resend = (sandbox: Sandbox, id: string, origin = sandbox.url): Promise<Response> =>
  fetch(`${sandbox.url}/attempts/${id}/resend`, { method: 'POST', headers: { origin }, redirect: 'manual' })

describe('an attempt', () => {
  it('keeps the headers of request and answer', async () => {
    const { attempt, taken } = await sendOne()
    expect([...attempt.requestHeaders!.flat(), 'Connection', 'close']).toEqual(taken[0]!.headers)
    expect(attempt.requestHeaders).toContainEqual(['Authorization', 'Bearer token-1'])
    expect(attempt.responseHeaders).toContainEqual(['x-answer', '1'])
  })

  it('is sent again with the same bytes, as a further attempt', async () => {
    const { sandbox, attempt, taken } = await sendOne()
    bench.clock.advance(60_000)
    expect((await resend(sandbox, attempt.id)).status).toBe(303)
    expect(taken).toHaveLength(2)
    expect(taken[1]).toEqual(taken[0])
    const list = `${sandbox.url}/api/v1/webhooks/agent.message/attempts`
    const answer = await fetch(list, { headers: { authorization: `Bearer ${sandbox.sonzai.apiKey}` } })
    const { attempts } = (await answer.json()) as { attempts: { attempt_number: number; request_body: string }[] }
    expect(attempts.map((each) => each.attempt_number)).toEqual([2, 1])
    expect(attempts[0]!.request_body).toBe(attempts[1]!.request_body)
  })

  it('is sent again although its webhook was deleted', async () => {
    const { sandbox, attempt, taken } = await sendOne()
    await call(sandbox, 'DELETE', '/api/v1/webhooks/agent.message', { key: keys.sonzai })
    expect(sandbox.sonzai.list()).toEqual([])
    expect((await resend(sandbox, attempt.id)).status).toBe(303)
    expect(taken).toHaveLength(2)
  })

  it('is not sent again by another site, nor if it is unknown', async () => {
    const { sandbox, attempt, taken } = await sendOne()
    expect((await resend(sandbox, attempt.id, 'https://example.com')).status).toBe(403)
    const location = (await resend(sandbox, 'unknown')).headers.get('location')!
    expect(location).toMatch(/^\/attempts\/unknown\?notice=/)
    expect((await fetch(sandbox.url + location)).status).toBe(404)
    expect(taken).toHaveLength(1)
  })

  it('without its bytes says so, and settles', async () => {
    const sandbox = await bench.start({ retry: { attempts: 1 } })
    const url = await bench.serveWith((request, response) => void request.resume().on('end', () => response.end()))
    sandbox.sonzai.register('agent.message', { webhookUrl: url })
    const [delivery] = sandbox.sonzai.trigger('agent.message', { data: { content: 'x'.repeat(1_100_000) } })
    const [attempt] = (await delivery!.finished).attempts
    const page = `${sandbox.url}/attempts/${attempt!.id}`
    expect(await (await fetch(page)).text()).toContain('no longer kept')
    expect((await fetch(`${page}/request.http`)).status).toBe(404)
    const { headers } = await resend(sandbox, attempt!.id)
    expect(await (await fetch(sandbox.url + headers.get('location')!)).text()).toContain('trigger the event again')
    await sandbox.settled()
  })
})

describe('the .http file of an attempt', () => {
  it('is taken by verify, and by send --replay', async () => {
    const sandbox = await bench.start({ retry: { attempts: 1 } })
    const secrets: string[] = ['not known yet']
    const bodies: unknown[] = []
    const receiver = createReceiver(sonzai(), { secret: () => secrets, replayGuard: 'off' })
    const url = await bench.serve(receiver.onAny(({ data }) => void bodies.push(data)))
    secrets[0] = sandbox.sonzai.register('agent.message', { webhookUrl: url }).signingSecret!
    const [delivery] = sandbox.sonzai.trigger('agent.message', { data: { content: 'é 漢字\r\n' } })
    const [attempt] = (await delivery!.finished).attempts
    const answer = await fetch(`${sandbox.url}/attempts/${attempt!.id}/request.http`)
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="agent.message-1.http"')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    const cwd = await temporaryFolder()
    await writeFile(join(cwd, 'request.http'), Buffer.from(await answer.arrayBuffer()))
    const env = { SONZAI_WEBHOOK_SECRET: secrets[0] }
    const verified = await runHere(['verify', 'sonzai', '--request', 'request.http'], { cwd, env })
    expect([verified.code, verified.stderr]).toEqual([0, ''])
    const sent = await runHere(['send', '--replay', 'request.http', '--to', url], { cwd, env })
    expect([sent.code, sent.stdout]).toEqual([0, expect.stringContaining('200')])
    expect(bodies).toHaveLength(2)
    expect(bodies[1]).toEqual(bodies[0])
  })
})
