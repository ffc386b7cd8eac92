import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createSandbox, type Sandbox } from '@sallyport/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/cli/command.ts'
import { runHere } from '../support/cli/in-process.ts'

const cleaning: (() => Promise<void>)[] = []
const bodies: Record<string, unknown>[] = []
let folder: string
let url: string
let sandbox: Sandbox

// Answers 200, but 500 at /broken.
const server = createServer((request, response) => {
  let text = ''
  request.on('data', (chunk: Buffer) => (text += chunk.toString()))
  request.on('end', () => {
    if (text !== '') bodies.push(JSON.parse(text) as Record<string, unknown>)
    response.writeHead(request.url === '/broken' ? 500 : 200).end()
  })
})

beforeAll(async () => {
  folder = await temporaryFolder((work) => cleaning.push(work))
  for (const name of ['researcher', 'other']) {
    await mkdir(join(folder, 'agents', name), { recursive: true })
    await writeFile(join(folder, 'agents', name, 'AGENTS.md'), `# ${name}\n`)
    await writeFile(join(folder, 'agents', name, 'config.json'), JSON.stringify({ name }))
  }
  await writeFile(join(folder, 'data.json'), '{"generated_message":"of a file"}')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  sandbox = await createSandbox({ agents: join(folder, 'agents'), retry: { attempts: 2, delayMs: 0 } })
  sandbox.sonzai.register('on_wakeup_ready', { webhookUrl: `${url}/ok` })
  sandbox.sonzai.register('agent.message', { webhookUrl: `${url}/broken` })
  sandbox.invoratec.register({ event: 'tool.failed', url, secret: 'my-webhook-secret' })
  const fields = [{ name: 'dry_run', type: 'boolean' }]
  sandbox.fleet.register({ name: 'Deploy', url, form_schema: { fields } })
  sandbox.fleet.register({ name: 'Plain', url })
  sandbox.langsmith.register({ url })
})
afterAll(async () => {
  await sandbox.stop()
  server.closeAllConnections()
  server.close()
  await Promise.all(cleaning.map((work) => work()))
})

const trigger = (args: readonly string[], more: readonly string[] = []) =>
  runHere(['sandbox', 'trigger', ...args, '--url', sandbox.url, ...more], { cwd: folder })

describe('sandbox trigger', () => {
  it.each<[args: string[], head: RegExp, member: string, value: unknown]>([
    [['sonzai', 'on_wakeup_ready'], /^sonzai on_wakeup_ready: 1 delivery$/m, 'event_type', 'on_wakeup_ready'],
    [
      ['sonzai', 'on_wakeup_ready', '--data', '{"generated_message": "typed"}'],
      /1 delivery/,
      'generated_message',
      'typed',
    ],
    [['sonzai', 'on_wakeup_ready', '--data', 'data.json'], /1 delivery/, 'generated_message', 'of a file'],
    [['invoratec', 'tool.failed'], /^invoratec tool\.failed: 1 delivery$/m, 'event', 'tool.failed'],
    [['fleet', 'Plain', '--agent', 'researcher'], /^fleet Plain: 1 delivery$/m, 'action', 'Plain'],
    [
      ['fleet', 'Deploy', '--agent', 'researcher', '--dry-run'],
      /^fleet Deploy: 1 delivery$/m,
      'input',
      { dry_run: true },
    ],
    [
      ['langsmith', 'commit', '--agent', 'other', '--author', 'ada'],
      /^langsmith commit: commit [\da-f]{8}, 1 delivery$/m,
      'type',
      'context_hub.commit.created.v1',
    ],
  ])('sends %j and shows the answer', async (args, head, member, value) => {
    const { code, stdout, stderr } = await trigger(args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(head)
    expect(stdout).toMatch(/^ {2}✓ delivered {2}http.*\n {4}attempt 1: 200 in \d+ ms$/m)
    expect(bodies.at(-1)).toMatchObject({ [member]: value })
  })

  it('injects faults and waits for the retry', async () => {
    const { code, stdout } = await trigger(['sonzai', 'on_wakeup_ready', '--fault', 'drop'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/attempt 1: no answer .*drop\n {4}attempt 2: 200/)
  })

  it('ends with 1 for a delivery that fails', async () => {
    const { code, stdout } = await trigger(['sonzai', 'agent.message', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      platform: 'sonzai',
      deliveries: [{ status: 'failed', attempts: [{ responseCode: 500 }, { responseCode: 500 }] }],
    })
  })

  it('does not wait longer than --wait', async () => {
    const { code, stdout } = await trigger(['sonzai', 'on_wakeup_ready', '--fault', 'delay:1:200000', '--wait', '0s'])
    expect(code).toBe(1)
    expect(stdout).toContain('… pending')
  })

  it.each<[args: string[], message: RegExp]>([
    [
      ['sonzai', 'agent.mesage'],
      /NOTHING_SENT: no webhook of sonzai takes "agent\.mesage"\n {2}Did you mean "agent\.message"/,
    ],
    [
      ['invoratec', 'ai.conversation'],
      /NOTHING_SENT.*\n {2}Register one at .*\/invoratec, or: sallyport webhooks ensure/,
    ],
    [['fleet', 'Depoy'], /Did you mean "Deploy"/],
    [['fleet', 'Deploy'], /VALUE_INVALID: agent is missing: it must be one of other, researcher/],
    [['fleet', 'Deploy', '--agent', '../agents'], /NOT_FOUND: there is no agent of that name/],
    [['fleet', 'Plain', '--agent', 'other', '--dry-run'], /VALUE_INVALID: dryRun needs a field/],
  ])('says why nothing was sent: %j', async (args, message) => {
    const { code, stdout, stderr } = await trigger(args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
  })

  it('lists what can be triggered', async () => {
    const all = await trigger([])
    expect(all.code).toBe(0)
    expect(all.stdout).toMatch(/^sonzai\n(?: {2}.*\n)* {2}on_wakeup_ready {13}registered$/m)
    expect(all.stdout).toMatch(/^fleet\n {2}Plain .*\n {2}Deploy .*\n {2}agents: other, researcher$/m)
    expect((await trigger(['langsmith'])).stdout).toMatch(/^langsmith\n {2}commit {22}registered\n/)
    const { stdout } = await trigger(['fleet', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, platforms: { fleet: { agents: ['other', 'researcher'] } } })
  })

  it('says how to start a sandbox', async () => {
    const nowhere = { cwd: folder, env: { SALLYPORT_SANDBOX_URL: 'http://127.0.0.1:9' } }
    expect(await runHere(['sandbox', 'trigger', 'sonzai', 'x'], nowhere)).toEqual({
      code: 4,
      stdout: '',
      stderr:
        'sallyport: SANDBOX_UNREACHABLE: no sandbox runs at http://127.0.0.1:9\n  Start one in another terminal: sallyport sandbox --port 9\n',
    })
    const other = await runHere(['sandbox', 'trigger', '--url', url], { cwd: folder })
    expect(other).toMatchObject({ code: 4, stderr: expect.stringContaining('is no sandbox of this version') })
  })

  it('finds the sandbox by the port of a variable', async () => {
    const env = { SALLYPORT_SANDBOX_PORT: String(sandbox.port) }
    expect(await runHere(['sandbox', 'trigger', 'sonzai'], { cwd: folder, env })).toMatchObject({ code: 0 })
  })

  it.each([['{"a":'], ['[]'], ['bodies.txt']])('refuses data that is no object: %s', async (data) => {
    await writeFile(join(folder, 'bodies.txt'), 'no JSON')
    const { code, stderr } = await trigger(['sonzai', 'on_wakeup_ready', '--data', data])
    expect(code).toBe(data === '[]' ? 4 : 2)
    expect(stderr).toMatch(data === '[]' ? /does not exist/ : /is not a JSON object/)
  })
})
