import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { run, start, type Running } from '../support/cli/command.ts'

const secret = 'whsec_a-secret-that-is-long-enough'

async function listen(...args: string[]): Promise<{ server: Running; url: string }> {
  const server = start(['listen', '--port', '0', '--no-inbox', ...args], { env: { SONZAI_WEBHOOK_SECRET: secret } })
  const [, url = ''] = await server.sees(/(http:\/\/127\.0\.0\.1:\d+\/webhooks\/sonzai)/)
  return { server, url }
}

async function post(url: string, body: string): Promise<number> {
  const { headers, body: bytes } = signDelivery(sonzai(), { secret, body })
  const { status } = await fetch(url, { method: 'POST', headers: [...headers] as [string, string][], body: bytes })
  return status
}

const event = JSON.stringify({ event_type: 'on_wakeup_ready', agent_id: 'agent_1' })

describe('a closed output', () => {
  it.each([
    [['--version'], 0],
    [['verfy'], 2],
    [['verfy', '--json'], 2],
    [['doctor'], 1],
    [['inbox', 'list', '--inbox', 'missing.db'], 4],
  ])('does not change the exit code of %j', async (args, code) => {
    const command = start(args)
    command.ignore('stdout', 'stderr')
    expect((await command.end()).code).toBe(code)
  })

  it('does not change what listen answers', async () => {
    const { server, url } = await listen()
    server.ignore('stdout', 'stderr')
    expect([await post(url, event), await post(url, event), await post(url, '{}')]).toEqual([200, 200, 422])
    expect((await server.end('SIGTERM')).code).toBe(0)
  })
})

describe('listen --data', () => {
  const deep = event.replace('}', `,"wakeup_note":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)

  it.each([[], ['--json']])('answers for data it cannot print %j', async (...args) => {
    const { server, url } = await listen('--data', ...args)
    expect([await post(url, deep), await post(url, event)]).toEqual([200, 200])
    await server.sees(/not shown: nested too deeply/)
    await server.sees(/agent_1/)
    expect(await server.end('SIGTERM')).toMatchObject({ code: 0, stderr: expect.not.stringContaining('RangeError') })
  })
})

describe('--no-color', () => {
  it.each([
    [['doctor', '--no-color'], {}],
    [['doctor'], { NO_COLOR: '1' }],
  ])('wins over FORCE_COLOR in %j %j', async (args, env) => {
    expect((await run(args, { env: { FORCE_COLOR: '1', ...env } })).stdout).not.toContain('\u001b')
    expect((await run(['doctor'], { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b')
  })
})
