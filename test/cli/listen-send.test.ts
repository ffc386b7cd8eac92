import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { run, start, temporaryFolder, type Running } from '../support/cli/command.ts'
import { runJson } from '../support/cli/host.ts'

const cleaning: (() => Promise<void>)[] = []
let folder: string

beforeAll(async () => {
  folder = await temporaryFolder((work) => cleaning.push(work))
})
afterAll(() => Promise.all(cleaning.map((work) => work())))

async function listen(...args: string[]): Promise<{ server: Running; url: string }> {
  const server = start(['listen', '--port', '0', '--make-secrets', 'dev.env', '--json', ...args], { cwd: folder })
  const [, url = ''] = await server.sees(/"kind":"listening","url":"([^"]+)"/)
  return { server, url }
}

const send = (url: string, ...args: string[]) =>
  runJson(['send', ...args, '--to', url, '--env-from', 'dev.env'], { cwd: folder })

const readRecords = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('listen and send', () => {
  it('delivers, stores and handles events of every provider', async () => {
    const { server, url } = await listen('--inbox', 'all.db', '--deploy', 'agents')
    const events = [
      ['sonzai', 'on_wakeup_ready'],
      ['invoratec', 'alert.triggered'],
      ['fleet', 'Publish'],
      ['langsmith', 'context_hub.commit.created.v1'],
      ['github', 'push'],
      ['stripe', 'invoice.paid'],
      ['standard-webhooks', 'anything.happened'],
    ] as const
    for (const [provider, type] of events) {
      const { code, records } = await send(url, provider, type)
      expect({ provider, code, records }).toMatchObject({
        code: 0,
        records: [{ ok: true, sent: 1, statuses: { 202: 1 }, said: { '202 accepted': 1 }, surprises: [] }],
      })
    }
    // The published example has Dry Run ticked; see listen-deploy.test.ts.
    await server.sees(/"kind":"checked","name":"meeting-preparer"/)
    await server.sees(/"kind":"inbox"[^\n]*standard-webhooks/)
    const { code, stdout, stderr } = await server.end('SIGTERM')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const records = readRecords(stdout)
    expect(
      records.filter(({ kind }) => kind === 'delivery').map(({ provider, status, ok }) => [provider, status, ok]),
    ).toEqual(events.map(([provider]) => [provider, 202, true]))
    expect(stdout).not.toContain('generated_message')
    expect(await readdir(folder)).not.toContain('agents')
    expect((await stat(join(folder, 'dev.env'))).mode & 0o077).toBe(0)
    expect(stdout + stderr).not.toContain(
      (await readFile(join(folder, 'dev.env'), 'utf8')).split('\n')[0]!.split('=')[1]!,
    )
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('send prints its counts on %s', async (signal) => {
    const seen = Promise.withResolvers<void>()
    let answered = 0
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        response.end('{}')
        answered += 1
        if (answered === 20) seen.resolve()
      })
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const args = [
      'send',
      'sonzai',
      'on_wakeup_ready',
      '--to',
      url,
      '--times',
      '1000000',
      '--concurrency',
      '4',
      '--json',
    ]
    const sending = start([...args, '--secret', 'env:SECRET'], { env: { SECRET: 'a-secret-that-is-long-enough' } })
    await seen.promise
    const { code, stdout, stderr } = await sending.end(signal)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, isCut: true, sent: answered, statuses: { 200: answered } })
  })

  it('records deliveries that verify and explains altered ones', async () => {
    const { server, url } = await listen('--no-inbox', '--record', 'captures', '--data')
    await send(url, 'sonzai', 'on_wakeup_ready')
    const [, path = ''] = await server.sees(/"kind":"recorded","path":"([^"]+)"/)
    await server.end('SIGINT')
    expect(server.written()).toContain('generated_message')
    expect((await stat(path)).mode & 0o077).toBe(0)
    const verify = (): ReturnType<typeof runJson> =>
      runJson(['verify', 'sonzai', '--request', path, '--env-from', 'dev.env'], { cwd: folder })
    expect(await verify()).toMatchObject({ code: 0, records: [{ ok: true, type: 'on_wakeup_ready' }] })
    await writeFile(path, (await readFile(path, 'utf8')).replace('"on_wakeup_ready",', '"on_wakeup_ready", '))
    expect(await verify()).toMatchObject({
      code: 1,
      records: [{ findings: [{ cause: 'BODY_RESERIALISED', certainty: 'proven' }] }],
    })
  })

  it('records what is rejected by its headers alone', async () => {
    const { server, url } = await listen('--no-inbox', '--record', 'rejected')
    await send(url, 'stripe', 'invoice.paid', '--fault', 'stale')
    await fetch(`${url}/webhooks/sonzai`, { method: 'PUT', body: 'not read' })
    await fetch(`${url}/elsewhere`, { method: 'POST', body: 'unknown' })
    await server.sees(/(?:[^]*"kind":"recorded"){3}/)
    const records = readRecords((await server.end('SIGTERM')).stdout)
    expect(records.filter(({ kind }) => kind === 'delivery').map(({ status, code }) => [status, code])).toEqual([
      [401, 'TIMESTAMP_STALE'],
      [405, 'METHOD_NOT_ALLOWED'],
      [404, undefined],
    ])
    const paths = records.flatMap(({ kind, path }) => (kind === 'recorded' ? [path as string] : []))
    expect(await readFile(paths[1]!, 'utf8')).toMatch(/\r\n\r\nnot read$/)
    expect(await readFile(paths[2]!, 'utf8')).toMatch(/\r\n\r\nunknown$/)
    const verified = ['verify', 'stripe', '--request', paths[0]!, '--env-from', 'dev.env']
    expect(await runJson(verified, { cwd: folder })).toMatchObject({ code: 1, records: [{ code: 'TIMESTAMP_STALE' }] })
  })

  it('says that a body which is cut off is not recorded', async () => {
    const { server, url } = await listen('--no-inbox', '--record', 'cut')
    const { port, host } = new URL(url)
    const head = ['POST /webhooks/sonzai HTTP/1.1', `Host: ${host}`, 'Content-Length: 10', '', 'abc']
    connect(Number(port), '127.0.0.1')
      .on('error', () => {})
      .end(head.join('\r\n'))
    await server.sees(/"kind":"unrecorded","reason":"the body could not be read"/)
    await server.end('SIGTERM')
    expect(await readdir(join(folder, 'cut'))).toEqual(['.gitignore'])
  })

  it('injects the same faults for the same seed', async () => {
    const { server, url } = await listen('--no-inbox')
    const faults = [
      'corrupt:0.2',
      'wrong-signature:0.2',
      'unsigned:0.1',
      'stale:0.1',
      'duplicate:0.2',
      'drop:0.1',
      'reorder:0.3',
    ]
    const args = ['--times', '60', '--concurrency', '6', ...faults.flatMap((fault) => ['--fault', fault])]
    const first = await send(url, 'invoratec', 'alert.triggered', ...args, '--seed', '7')
    const second = await send(url, 'invoratec', 'alert.triggered', ...args, '--seed', '7')
    expect(first).toMatchObject({
      code: 0,
      records: [{ ok: true, surprises: [], latencyMs: { p50: expect.any(Number) } }],
    })
    expect(first.records[0]!['said']).toMatchObject({
      '401 SIGNATURE_MISMATCH': expect.any(Number),
      '401 SIGNATURE_MISSING': expect.any(Number),
      '401 TIMESTAMP_STALE': expect.any(Number),
      '200 duplicate': expect.any(Number),
    })
    expect(second.records[0]!['statuses']).toEqual(first.records[0]!['statuses'])
    await server.end('SIGTERM')
  })

  it('sends --data byte for byte', async () => {
    const { server, url } = await listen('--no-inbox', '--data')
    await writeFile(join(folder, 'own.json'), '{ "event_type": "agent.custom", "a":1 }\n')
    expect(await send(url, 'sonzai', 'agent.custom', '--data', 'own.json')).toMatchObject({
      code: 0,
      records: [{ said: { '200 unknown': 1 } }],
    })
    expect(await server.sees(/"kind":"event"[^\n]*"type":"agent\.custom"/)).toBeTruthy()
    await server.end('SIGTERM')
  })
})

describe('send to a broken endpoint', () => {
  it('reports accepted forged deliveries', async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.end('{}'))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/anything`
    const { code, records } = await send(url, 'sonzai', 'on_wakeup_ready', '--fault', 'wrong-signature')
    expect({ code, records }).toMatchObject({
      code: 1,
      records: [{ ok: false, surprises: [{ expected: 'refuse', got: '200', count: 1, faults: ['wrong-signature'] }] }],
    })
    server.closeAllConnections()
  })

  it('times out if the answer does not end', async () => {
    const server = createServer((_request, response) => {
      const dripping = setInterval(() => response.write('.'), 50)
      response.on('close', () => clearInterval(dripping))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => server.close().closeAllConnections())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/anything`
    const { code, records } = await send(url, 'sonzai', 'on_wakeup_ready', '--timeout', '1s')
    expect({ code, records }).toMatchObject({ code: 4, records: [{ ok: false, statuses: { ETIMEDOUT: 1 } }] })
  }, 20_000)

  it('prints the URL without credentials', async () => {
    const { code, records } = await send('http://me:hidden@127.0.0.1:9?token=hidden', 'sonzai', 'on_wakeup_ready')
    expect({ code, records }).toMatchObject({ code: 4, records: [{ to: 'http://127.0.0.1:9/webhooks/sonzai?…' }] })
    expect(JSON.stringify(records)).not.toContain('hidden')
  })

  it('ends with 4 if nothing answers', async () => {
    const { code, records } = await send('http://127.0.0.1:9', 'sonzai', 'on_wakeup_ready')
    expect({ code, records }).toMatchObject({ code: 4, records: [{ ok: false, statuses: { ECONNREFUSED: 1 } }] })
  })
})

describe('listen', () => {
  it('ends with 3 and names the variables if there is no secret', async () => {
    const { code, stderr } = await run(['listen', '--no-inbox', '--port', '0'], { cwd: folder })
    expect(code).toBe(3)
    expect(stderr).toMatch(/SONZAI_WEBHOOK_SECRET, INVORATEC_WEBHOOK_SECRET/)
  })

  it('creates secrets once and appends them to the file', async () => {
    const file = join(folder, 'once.env')
    await writeFile(file, 'OTHER=stays')
    const listenOnce = async (): Promise<string> => {
      const server = start(['listen', '--port', '0', '--no-inbox', '--make-secrets', 'once.env', '--json'], {
        cwd: folder,
      })
      await server.sees(/"kind":"listening"/)
      expect((await server.end('SIGTERM')).code).toBe(0)
      return readFile(file, 'utf8')
    }
    const made = await listenOnce()
    expect(made).toMatch(/^OTHER=stays\nSONZAI_WEBHOOK_SECRET=whsec_/)
    expect(await listenOnce()).toBe(made)
  }, 60_000)

  it('ends with 4 if the port is taken', async () => {
    const { server, url } = await listen('--no-inbox')
    const args = ['listen', '--no-inbox', '--port', new URL(url).port, '--env-from', 'dev.env']
    expect(await runJson(args, { cwd: folder })).toMatchObject({
      code: 4,
      records: [
        {
          ok: false,
          code: 'EADDRINUSE',
          message: expect.stringContaining(new URL(url).port),
          fix: expect.stringContaining('--port'),
        },
      ],
    })
    await server.end('SIGTERM')
  })

  it('ends with 4 if a place cannot be used', async () => {
    for (const args of [
      ['--record', 'dev.env'],
      ['--inbox', 'dev.env'],
    ])
      expect(
        await runJson(['listen', '--port', '0', '--make-secrets', 'dev.env', ...args], { cwd: folder }),
      ).toMatchObject({
        code: 4,
        records: [{ ok: false }],
      })
    const { code, stderr } = await run(['listen', '--inbox', 'mysql://me:hidden@db/x', '--make-secrets', 'dev.env'], {
      cwd: folder,
    })
    expect(code).toBe(3)
    expect(stderr).toContain('INBOX_UNKNOWN')
    expect(stderr).not.toContain('hidden')
    expect(await readdir(folder)).not.toContain('mysql:')
  })

  it('prefers flags to the environment to the configuration', async () => {
    const place = join(folder, 'configured')
    await mkdir(place)
    await writeFile(
      join(place, 'sallyport.config.ts'),
      `export default { listen: { port: 1, host: '256.0.0.1' }, inbox: 'none/at/all' }\n`,
    )
    const env = { SONZAI_WEBHOOK_SECRET: 'whsec_x', SALLYPORT_HOST: '127.0.0.1' }
    const server = start(['listen', '--no-inbox', '--port', '0', '--json'], { cwd: place, env })
    const [, port] = await server.sees(/"url":"http:\/\/127\.0\.0\.1:(\d+)"/)
    expect(Number(port)).toBeGreaterThan(1)
    expect((await server.end('SIGTERM')).code).toBe(0)
  })

  it('lists its paths and answers 404 elsewhere', async () => {
    const { server, url } = await listen('--no-inbox')
    expect(await (await fetch(url)).text()).toContain('/webhooks/sonzai\n')
    expect((await fetch(`${url}/webhooks/none`, { method: 'POST', body: '{}' })).status).toBe(404)
    await server.end('SIGTERM')
  })
})
