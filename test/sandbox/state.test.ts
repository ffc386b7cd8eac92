import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { langsmith } from 'sallyport/providers/langsmith'
import { sonzai } from 'sallyport/providers/sonzai'
import { Client } from 'langsmith'
import { SandboxError } from '@sallyport/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useBench } from '../support/sandbox/open-sandbox.ts'

let folder: string
let state: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-sandbox-'))
  state = join(folder, 'state.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))
// Last, so that its sandboxes end before their folder goes.
const bench = useBench()

describe('the state file', () => {
  it('is continued by the next sandbox', async () => {
    const seen: string[] = []
    const secrets: string[] = []
    const webhookUrl = await bench.serve(
      createReceiver(sonzai(), { secret: () => secrets, now: bench.clock.now }).onAny(
        ({ type }) => void seen.push(type),
      ),
    )
    const first = await bench.start({ state })
    secrets.push(first.sonzai.register('on_wakeup_ready', { webhookUrl, authHeader: 'Bearer a' }).signingSecret!)
    secrets.push(first.sonzai.register('agent.message', { webhookUrl }).signingSecret!)
    first.invoratec.register({ event: 'tool.failed', url: 'https://example.com/', secret: 's' })
    first.fleet.register({ name: 'Publish', url: 'https://example.com/', headers: { 'X-Key': 'k' } })
    await fetch(`${first.url}/api/v1/agents/luna/wakeups`, {
      method: 'POST',
      headers: { authorization: `Bearer ${first.sonzai.apiKey}` },
      body: JSON.stringify({ user_id: 'u', check_type: 'interest', intent: 'greet', delay_hours: 1 }),
    })
    // It waits for its second attempt when the sandbox stops.
    const [waiting] = first.sonzai.trigger('agent.message', { faults: ['drop'] })
    await first.idle()
    await first.stop()
    expect((await waiting!.finished).status).toBe('cancelled')
    expect(seen).toEqual([])

    const second = await bench.start({ state })
    expect(second.invoratec.list()).toEqual(first.invoratec.list())
    expect(second.fleet.list()).toEqual(first.fleet.list())
    bench.clock.advance(60_000)
    await second.settled()
    expect(seen).toEqual(['agent.message'])
    bench.clock.advance(3_600_000)
    await second.settled()
    expect(second.sonzai.attempts('on_wakeup_ready')).toHaveLength(1)
    expect(second.sonzai.attempts('agent.message').map(({ attemptNumber }) => attemptNumber)).toEqual([2, 1])

    const third = await bench.start()
    expect(third.sonzai.list()).toEqual([])
  })

  it('keeps the webhooks and commits of LangSmith', async () => {
    const agents = join(import.meta.dirname, '..', '..', 'examples', 'agents')
    const seen: string[] = []
    const secrets: string[] = []
    const receiver = createReceiver(langsmith(), { secret: () => secrets, now: bench.clock.now })
    const url = await bench.serve(receiver.onAny(({ type }) => void seen.push(type)))
    const first = await bench.start({ state, agents })
    secrets.push(first.langsmith.register({ url }).signingSecret)
    const { hash, deliveries } = await first.langsmith.commit('release-notes', { faults: ['drop'] })
    await first.idle()
    await first.stop()
    expect((await deliveries[0]!.finished).status).toBe('cancelled')

    // Without the folder, so the files come from the state.
    const second = await bench.start({ state })
    expect(second.langsmith.list()).toEqual(first.langsmith.list())
    bench.clock.advance(60_000)
    await second.settled()
    expect(seen).toEqual(['context_hub.commit.created.v1'])
    const client = new Client({ apiUrl: second.langsmith.url, apiKey: second.langsmith.apiKey })
    expect((await client.pullAgent('release-notes', { version: hash })).files['AGENTS.md']).toMatchObject({
      type: 'file',
    })
  })

  it('may come from a sandbox without LangSmith', async () => {
    await (await bench.start({ state })).stop()
    const { langsmith: _later, ...older } = JSON.parse(await readFile(state, 'utf8')) as Record<string, unknown>
    await writeFile(state, JSON.stringify(older))
    expect((await bench.start({ state })).langsmith.list()).toEqual([])
  })

  it('lets the next sandbox repeat an interrupted delivery', async () => {
    let answer = (): void => {}
    const arrived = new Promise<void>((resolve) => (answer = resolve))
    const requests: string[] = []
    const webhookUrl = await bench.serveWith((request, response) => {
      requests.push(request.method ?? '')
      if (requests.length > 1) response.end()
      answer()
    })
    const first = await bench.start({ state })
    first.sonzai.register('agent.message', { webhookUrl })
    const [delivery] = first.sonzai.trigger('agent.message')
    await arrived
    await first.stop()
    expect((await delivery!.finished).status).toBe('cancelled')

    const second = await bench.start({ state })
    await second.settled()
    expect(requests).toHaveLength(2)
    expect(second.sonzai.attempts('agent.message').map(({ status }) => status)).toEqual(['success'])
  })

  it('is used by one sandbox at a time', async () => {
    const first = await bench.start({ state })
    first.sonzai.register('agent.message', { webhookUrl: 'https://example.com/' })
    const failure: unknown = await bench.start({ state }).catch((error: unknown) => error)
    expect(SandboxError.is(failure) && failure.code).toBe('STATE_LOCKED')
    expect(String(failure)).toContain(state)
    await first.stop()
    expect((await bench.start({ state })).sonzai.list()).toEqual(first.sonzai.list())
  })

  it('is unlocked if a sandbox fails to start', async () => {
    const { port } = await bench.start()
    await expect(bench.start({ state, port })).rejects.toThrow('EADDRINUSE')
    expect((await bench.start({ state })).sonzai.list()).toEqual([])
  })

  it('is private, replaced atomically and holds only the state', async () => {
    const sandbox = await bench.start({ state })
    const { signingSecret } = sandbox.sonzai.register('agent.message', { webhookUrl: 'https://example.com/' })
    await sandbox.stop()
    expect((await stat(state)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['state.json', 'state.json-lock'])
    expect(await readFile(`${state}-lock`, 'utf8')).toBe('')
    expect(await readFile(state, 'utf8')).toContain(signingSecret)
  })

  it('leaves a file of another program alone', async () => {
    for (const content of ['', '{', '{"version":2}', '[]', JSON.stringify({ secret: 'whsec_other' })]) {
      await writeFile(state, content)
      const failure: unknown = await bench.start({ state }).catch((error: unknown) => error)
      expect(SandboxError.is(failure) && failure.code).toBe('STATE_INVALID')
      expect(String(failure)).not.toContain('whsec_other')
      expect(await readFile(state, 'utf8')).toBe(content)
    }
    expect(await readdir(folder)).toEqual(['state.json'])
  })

  it('names the encoding of a file in UTF-16', async () => {
    await writeFile(state, Buffer.from('\ufeff{}', 'utf16le'))
    const failure: unknown = await bench.start({ state }).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'STATE_INVALID',
      message: expect.stringContaining('is UTF-16; save it as UTF-8'),
    })
  })

  it('may have a byte order mark', async () => {
    await (await bench.start({ state })).stop()
    const sandbox = await bench.start({ state })
    sandbox.sonzai.register('agent.message', { webhookUrl: 'https://example.com/' })
    await sandbox.stop()
    await writeFile(state, `\ufeff${await readFile(state, 'utf8')}`)
    expect((await bench.start({ state })).sonzai.list()).toHaveLength(1)
  })

  it('reports a path that cannot be written at the start', async () => {
    const failure: unknown = await bench
      .start({ state: join(folder, 'none', 'state.json') })
      .catch((error: unknown) => error)
    expect(SandboxError.is(failure) && failure.code).toBe('STATE_UNUSABLE')
  })

  it('reports a failed write and tries again', async () => {
    const errors: unknown[] = []
    const sandbox = await bench.start({ state, onError: (error) => void errors.push(error) })
    await rm(folder, { recursive: true })
    sandbox.sonzai.notify({ agentId: 'a', userId: 'u', content: 'c' })
    await expect(sandbox.stop()).rejects.toSatisfy((error) => SandboxError.is(error) && error.code === 'STATE_UNUSABLE')
    expect(errors.every((error) => SandboxError.is(error))).toBe(true)
  })
})
