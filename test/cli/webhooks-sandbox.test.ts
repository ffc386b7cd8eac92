import { readFile, stat, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { createSandbox, type Sandbox } from '@sallyport/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, start, temporaryFolder } from '../support/cli/command.ts'
import { runJson } from '../support/cli/host.ts'

const cleaning: (() => Promise<void>)[] = []
let folder: string
let sandbox: Sandbox

beforeAll(async () => {
  folder = await temporaryFolder((remove) => cleaning.push(remove))
  sandbox = await createSandbox()
  await writeFile(
    join(folder, 'sallyport.config.ts'),
    `export default {
      platforms: {
        sonzai: { baseUrl: '${sandbox.sonzai.url}', webhooks: [{ eventType: 'on_wakeup_ready', url: 'http://127.0.0.1:9/webhooks/sonzai' }] },
        invoratec: { baseUrl: '${sandbox.invoratec.url}' },
      },
    }\n`,
  )
})
afterAll(async () => {
  await sandbox.stop()
  await Promise.all(cleaning.map((remove) => remove()))
})

const env = { SONZAI_API_KEY: 'sk_sandbox', INVORATEC_API_KEY: 'claw_sandbox' }
const webhooks = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  runJson(['webhooks', ...args], { cwd: folder, env: { ...env, ...more } })

const store = (): Promise<string> => readFile(join(folder, '.sallyport', 'secrets.json'), 'utf8')

describe('webhooks', () => {
  it('ensure creates webhooks once and stores their secrets', async () => {
    expect(await webhooks(['ensure', 'sonzai', '--dry-run'])).toMatchObject({
      code: 0,
      records: [{ dryRun: true, webhooks: [{ action: 'registered' }] }],
    })
    expect(sandbox.sonzai.list()).toEqual([])
    const first = await webhooks(['ensure', 'sonzai'])
    expect(first).toMatchObject({
      code: 0,
      records: [{ ok: true, webhooks: [{ action: 'registered', secret: 'stored' }] }],
    })
    expect(await webhooks(['ensure', 'sonzai'])).toMatchObject({
      code: 0,
      records: [{ ok: true, webhooks: [{ action: 'unchanged' }] }],
    })
    expect((await stat(join(folder, '.sallyport', 'secrets.json'))).mode & 0o077).toBe(0)
    const [, secret = ''] = /"secret": ?"([^"]+)"/.exec(await store()) ?? []
    expect(secret.length).toBeGreaterThan(10)
    expect(JSON.stringify(first)).not.toContain(secret)
  })

  it('list shows webhooks of both platforms', async () => {
    const args = [
      'ensure',
      'invoratec',
      '--event',
      'alert.triggered',
      '--url',
      'http://127.0.0.1:9/webhooks/invoratec?token=hidden',
    ]
    expect(await webhooks(args)).toMatchObject({ code: 0, records: [{ ok: true }] })
    expect((await webhooks(['list', 'sonzai'])).records[0]!['webhooks']).toMatchObject([
      { event: 'on_wakeup_ready', url: 'http://127.0.0.1:9/webhooks/sonzai', isActive: true, hasAuthHeader: false },
    ])
    const { stdout } = await run(['webhooks', 'list', 'invoratec'], { cwd: folder, env })
    expect(stdout).toMatch(
      /^STATE .*\nactive +alert\.triggered +[0-9a-f]{24} +0 {2}http:\/\/127\.0\.0\.1:9\/webhooks\/invoratec\?…\n$/,
    )
  })

  it('attempts shows deliveries, with bodies on request', async () => {
    sandbox.sonzai.trigger('on_wakeup_ready')
    await sandbox.idle()
    const plain = await webhooks(['attempts', 'sonzai', 'on_wakeup_ready'])
    // What failed may have been tried again already.
    const first = expect.objectContaining({ number: 1, id: expect.any(String) })
    expect(plain).toMatchObject({ code: 0, records: [{ ok: true, attempts: expect.arrayContaining([first]) }] })
    expect(JSON.stringify(plain)).not.toContain('generated_message')
    expect(JSON.stringify(await webhooks(['attempts', 'sonzai', 'on_wakeup_ready', '--data']))).toContain(
      'generated_message',
    )
    expect((await webhooks(['attempts', 'invoratec', 'alert.triggered'])).records[0]!['attempts']).toHaveLength(1)
  })

  it('rotate keeps both secrets for the window', async () => {
    const before = await store()
    const { code, records } = await webhooks(['rotate', 'sonzai', 'on_wakeup_ready', '--window', '30m'])
    expect({ code, records }).toMatchObject({
      code: 0,
      records: [{ ok: true, retiring: [{ retiresAt: expect.any(String) }] }],
    })
    const [, old = ''] = /"secret": ?"([^"]+)"/.exec(before) ?? []
    expect(await store()).toContain(old)
    expect(JSON.stringify(records)).not.toContain(old)
  })

  it('delete removes one webhook and no other', async () => {
    for (const path of ['one', 'two'])
      sandbox.invoratec.register({ event: 'tool.failed', url: `http://127.0.0.1:9/${path}`, secret: 's' })
    const failed = () => sandbox.invoratec.list().filter(({ event }) => event === 'tool.failed')
    const [one, two] = failed()
    expect(await webhooks(['delete', 'invoratec', one!.id, '--yes'])).toMatchObject({
      code: 0,
      records: [{ ok: true, platform: 'invoratec', deleted: one!.id }],
    })
    expect(failed()).toEqual([two])
    expect(await webhooks(['delete', 'invoratec', one!.id, '--yes'])).toMatchObject({
      code: 1,
      records: [{ ok: false, code: 'PLATFORM_NOT_FOUND' }],
    })

    const webhookUrl = 'http://127.0.0.1:9/'
    sandbox.sonzai.register('session.end', { webhookUrl })
    sandbox.sonzai.register('session.end', { webhookUrl, projectId: 'companions' })
    const ends = () => sandbox.sonzai.list().filter(({ eventType }) => eventType === 'session.end')
    expect(await webhooks(['delete', 'sonzai', 'session.end', '--project', 'companions', '--yes'])).toMatchObject({
      code: 0,
    })
    expect(sandbox.sonzai.list({ projectId: 'companions' })).toEqual([])
    expect(ends()).toHaveLength(1)
    const { code, stdout } = await run(['webhooks', 'delete', 'sonzai', 'session.end', '--yes'], { cwd: folder, env })
    expect({ code, stdout }).toEqual({ code: 0, stdout: '✓ deleted session.end\n' })
    expect(ends()).toEqual([])
  })

  it('listen receives with stored secrets across a rotation', async () => {
    const args = ['listen', '--port', '0', '--no-inbox', '--json', '--secrets', '.sallyport/secrets.json']
    const server = start(args, { cwd: folder })
    const [, url = ''] = await server.sees(/"url":"(http:\/\/[^"]+)"/)
    await webhooks(['ensure', 'sonzai', '--event', 'agent.message', '--url', `${url}/webhooks/sonzai`])
    const deliver = async (): Promise<string | undefined> =>
      (await sandbox.sonzai.trigger('agent.message')[0]?.finished)?.status
    expect(await deliver()).toBe('delivered')
    await webhooks(['rotate', 'sonzai', 'agent.message'])
    expect(await deliver()).toBe('delivered')
    expect((await server.end('SIGTERM')).code).toBe(0)
  })
})

describe('webhooks errors', () => {
  it('listen reports an unreadable or empty secret file', async () => {
    await writeFile(join(folder, 'damaged.json'), '{', { mode: 0o600 })
    const args = ['listen', '--port', '0', '--no-inbox', '--secrets']
    expect(await runJson([...args, 'damaged.json'], { cwd: folder })).toMatchObject({
      code: 4,
      records: [{ ok: false, code: 'SECRET_STORE_FAILED' }],
    })
    const server = start([...args, 'none.json'], { cwd: folder })
    await server.sees(/^Receiving at/m)
    expect(await server.end('SIGTERM')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('no secrets in none.json'),
    })
  })

  it.each([
    ['no key', { SONZAI_API_KEY: '' }, 3, 'SECRET_MISSING'],
    ['an unknown key', { SONZAI_API_KEY: 'sk_hidden' }, 3, 'PLATFORM_UNAUTHORIZED'],
  ])('%s makes list end with %j', async (_what, more, code, name) => {
    const result = await webhooks(['list', 'sonzai'], more)
    expect(result).toMatchObject({ code, records: [{ ok: false, code: name }] })
    expect(JSON.stringify(result)).not.toContain('sk_hidden')
  })

  it('end with a code per reason', async () => {
    const ensure = ['ensure', 'invoratec', '--event', 'tool.failed', '--url', 'http://127.0.0.1:9/x']
    expect(await webhooks(ensure, { INVORATEC_API_KEY: 'claw_sandbox_read' })).toMatchObject({
      code: 1,
      records: [
        {
          ok: false,
          webhooks: expect.arrayContaining([expect.objectContaining({ action: 'failed', code: 'PLATFORM_FORBIDDEN' })]),
        },
      ],
    })
    expect(await webhooks(['ensure', 'invoratec'])).toMatchObject({ code: 3, records: [{ code: 'NOTHING_DESIRED' }] })
    expect(await webhooks(['ensure', 'sonzai', '--event', 'x'])).toMatchObject({ code: 2, records: [{ ok: false }] })
    expect(await webhooks(['list', 'sonzai', '--base-url', 'http://127.0.0.1:9'])).toMatchObject({
      code: 4,
      records: [{ code: 'PLATFORM_NETWORK' }],
    })
    expect((await webhooks(['list', 'sonzai', '--api-key', 'sk_hidden'])).records).toMatchObject([
      { code: 'SECRET_LITERAL' },
    ])
  }, 60_000)
})

describe('sandbox', () => {
  it('runs the platforms with faults until it is stopped', async () => {
    const args = ['--port', '0', '--fault', 'duplicate:0.5', '--seed', '1', '--allow-host', 'sandbox.test', '--json']
    const running = start(['sandbox', ...args], { cwd: folder })
    const [line] = await running.sees(/\{.*"kind":"sandbox".*\}\n/)
    const { url, platforms } = JSON.parse(line) as {
      url: string
      platforms: { platform: string; baseUrl: string; apiKey: string }[]
    }
    expect(platforms.map(({ platform }) => platform)).toEqual(['sonzai', 'fleet', 'langsmith', 'invoratec'])
    expect((await fetch(url)).status).toBe(200)
    const [answer] = (await once(request(url, { headers: { host: 'sandbox.test' } }).end(), 'response')) as [
      IncomingMessage,
    ]
    expect(answer.resume().statusCode).toBe(200)
    const { baseUrl, apiKey } = platforms[0]!
    expect(await webhooks(['list', 'sonzai', '--base-url', baseUrl], { SONZAI_API_KEY: apiKey })).toMatchObject({
      code: 0,
      records: [{ webhooks: [] }],
    })
    expect(await running.end('SIGINT')).toMatchObject({ code: 0, stderr: '' })
  })

  it('locks its state file until it ends or is killed', async () => {
    const args = ['sandbox', '--port', '0', '--state', 'state.json', '--json']
    const first = start(args, { cwd: folder })
    await first.sees(/"kind":"sandbox"/)
    expect(await runJson(args.slice(0, -1), { cwd: folder })).toMatchObject({
      code: 4,
      records: [{ ok: false, code: 'STATE_LOCKED', message: expect.stringContaining('state.json') }],
    })
    await first.end('SIGKILL')
    const second = start(args, { cwd: folder })
    await second.sees(/"kind":"sandbox"/)
    expect((await second.end('SIGTERM')).code).toBe(0)
  }, 60_000)

  it('ends with 2 and a suggestion for an unknown fault', async () => {
    const { code, stderr } = await run(['sandbox', '--fault', 'duplicat'])
    expect(code).toBe(2)
    expect(stderr).toContain('Did you mean "duplicate"?')
  })
})
