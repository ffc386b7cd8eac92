import { createServer, request, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { createInbox, createSqliteEngine } from 'sallyport/inbox'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery } from 'sallyport/testing'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { run, start, temporaryFolder, type Running } from '../support/cli/command.ts'

const secret = 'whsec_of-the-console-command'

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
})

/** A store with one event that is pending and one that failed for good. */
async function makeStore(): Promise<void> {
  const inbox = createInbox({
    engine: createSqliteEngine({ path: join(folder, 'events.db') }),
    retry: { attempts: 1 },
  })
  const receiver = createReceiver(stripe(), { secret, inbox, log: false }).onError(() => {})
  receiver.onAny(() => {
    throw new Error('the crm is away')
  })
  await inbox.ready()
  const delivery = signDelivery(stripe(), { secret, type: 'invoice.paid' })
  await receiver.receive({ ...delivery, receivedAt: Date.now() })
  await expect.poll(async () => (await inbox.stats()).counts.dead).toBe(1)
  await inbox.stop()
}

interface Opened {
  readonly program: Running
  readonly link: URL
  /** Asks with the cookie. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>
}

async function open(args: readonly string[] = [], env: Record<string, string> = {}): Promise<Opened> {
  const program = start(['console', '--inbox', 'events.db', '--port', '0', ...args], { cwd: folder, env })
  const [, url = ''] = await program.sees(/(http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/\?token=[\w-]+)/)
  const link = new URL(url)
  const { headers } = await fetch(link)
  const cookie = headers.get('set-cookie')!.split(';')[0]!
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(new URL(`.${path}`, link), { ...init, headers: { ...(init.headers as Record<string, string>), cookie } })
  return { program, link, ask }
}

const change = (data: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-sallyport-console': '1' },
  body: JSON.stringify(data),
})

const keyOf = async ({ ask }: Opened): Promise<string> => {
  const { events } = (await (await ask('/api/events')).json()) as { events: { key: string; state: string }[] }
  expect(events).toMatchObject([{ state: 'dead' }])
  return events[0]!.key
}

describe('sallyport console', () => {
  it('shows a store to the first visitor of the link', async () => {
    await makeStore()
    const opened = await open()
    const { program, link, ask } = opened
    expect(await (await ask('/')).text()).toContain(`<meta name="sallyport-base" content="${link.pathname}">`)
    expect(await (await ask('/api/session')).json()).toMatchObject({
      store: 'SQLite, events.db',
      actions: expect.arrayContaining(['see', 'replay', 'discard']),
      hasAgents: false,
      providers: [],
    })
    const again = await fetch(link)
    expect([again.status, again.headers.get('set-cookie')]).toEqual([401, null])
    expect(await again.text()).toContain('run <code>sallyport console</code> again')
    expect((await fetch(new URL('./api/events', link))).status).toBe(401)
    const replayed = await ask('/api/replay', change({ key: await keyOf(opened) }))
    expect(await replayed.json()).toEqual({ count: 1 })
    const { code, stderr } = await program.end('SIGINT')
    expect(code).toBe(0)
    expect(stderr).toContain('no provider has a secret')
  })

  it('answers only to the names of this computer', async () => {
    await makeStore()
    const { link, ask } = await open()
    const status = async (host: string): Promise<number | undefined> => {
      const asked = request(link, { headers: { host } }).end()
      const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage]
      response.resume()
      return response.statusCode
    }
    expect(await status('evil.example')).toBe(421)
    expect(await status(`evil.example:${link.port}`)).toBe(421)
    // The link is used, so 401 shows that the host passed.
    expect(await status(`localhost:${link.port}`)).toBe(401)
    expect((await ask('/events')).status).toBe(200)
  })

  it('changes nothing with --read-only', async () => {
    await makeStore()
    const opened = await open(['--read-only'])
    const key = await keyOf(opened)
    expect(await (await opened.ask('/api/session')).json()).toMatchObject({ actions: ['see', 'body', 'check'] })
    for (const path of ['/api/replay', '/api/discard'])
      expect((await opened.ask(path, change({ key }))).status).toBe(403)
    expect((await opened.program.end('SIGTERM')).code).toBe(0)
  })

  it('checks events again with the secrets of listen', async () => {
    await makeStore()
    const opened = await open([], { STRIPE_WEBHOOK_SECRET: secret })
    expect(await (await opened.ask('/api/session')).json()).toMatchObject({ providers: ['stripe'] })
    const checked = await opened.ask('/api/check', change({ key: await keyOf(opened) }))
    expect(await checked.json()).toMatchObject({ data: { ok: true } })
  })

  it('opens without a secret that the configuration names, and says so', async () => {
    await makeStore()
    await writeFile(
      join(folder, 'sallyport.config.mjs'),
      "export default { providers: { stripe: { secret: 'env:SECRET_OF_STRIPE' } } }",
    )
    const { program } = await open()
    const { stderr } = await program.end('SIGINT')
    expect(stderr).toContain('events of stripe are not checked again: env:SECRET_OF_STRIPE is not set or empty')
  })

  it('shows agents below a folder', async () => {
    await makeStore()
    const { program, ask } = await open(['--agents', 'agents'])
    expect(await (await ask('/api/agents')).json()).toEqual({ agents: [] })
    expect((await program.end('SIGINT')).stderr).toContain('folder agents does not exist yet')
  })

  it('checks agents against the policy of the configuration', async () => {
    await makeStore()
    const config = (policy: object) =>
      writeFile(join(folder, 'sallyport.config.mjs'), `export default { policy: ${JSON.stringify(policy)} }`)
    await config({ keepInterrupts: ['send_mail'] })
    const { program } = await open()
    expect((await program.end('SIGINT')).code).toBe(0)
    await config({ keepInterupts: ['send_mail'] })
    const { code, stderr } = await run(['console', '--inbox', 'events.db', '--agents', 'agents'], { cwd: folder })
    expect([code, stderr]).toEqual([3, expect.stringContaining('keepInterupts')])
  })

  it('prints the link as JSON', async () => {
    await makeStore()
    const { program } = await open(['--json'])
    const { stdout } = await program.end('SIGINT')
    expect(JSON.parse(stdout.split('\n')[0]!)).toMatchObject({
      ok: true,
      kind: 'console',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/\?token=[\w-]{43}$/),
      inbox: expect.stringContaining('events.db'),
      readOnly: false,
    })
  })

  it('ends with 4 without a store', async () => {
    const { code, stderr } = await run(['console', '--inbox', 'missing.db'], { cwd: folder })
    expect([code, stderr]).toEqual([4, expect.stringContaining('there is no inbox at missing.db')])
  })

  it('ends with 4 where the port is taken', async () => {
    await makeStore()
    const port = await takePort()
    const { code, stderr } = await run(['console', '--inbox', 'events.db', '--port', String(port)], { cwd: folder })
    expect([code, stderr]).toEqual([4, expect.stringMatching(/EADDRINUSE[\s\S]*Pass --port with another/)])
  })
})

async function takePort(): Promise<number> {
  const server: Server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
