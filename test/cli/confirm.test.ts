import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSandbox } from '@sallyport/sandbox'
import { createReceiver } from 'sallyport'
import { createInbox, createSqliteEngine } from 'sallyport/inbox'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanEnvironment, commandLine, run, temporaryFolder } from '../support/cli/command.ts'
import { runJson } from '../support/cli/host.ts'

// `script` of util-linux runs a command in a pseudo-terminal.
const hasTerminal = spawnSync('script --version', { encoding: 'utf8', shell: true }).stdout.includes('util-linux')
if (!hasTerminal) console.warn('NOT TESTED in a terminal: there is no `script` of util-linux here')

const cleaning: (() => Promise<void>)[] = []
const secret = 'whsec_of-the-confirm-command'
let folder: string
let sandbox: Awaited<ReturnType<typeof createSandbox>>
let env: Record<string, string>

beforeAll(async () => {
  folder = await temporaryFolder((remove) => cleaning.push(remove))
  sandbox = await createSandbox()
  env = { SONZAI_API_KEY: 'sk_sandbox' }
})
afterAll(async () => {
  await sandbox.stop()
  await Promise.all(cleaning.map((remove) => remove()))
})

/** An inbox with three events. */
async function fillInbox(name: string): Promise<string> {
  const inbox = createInbox({ engine: createSqliteEngine({ path: join(folder, name) }), work: 'elsewhere' })
  const receiver = createReceiver(sonzai(), { secret, inbox })
  const now = Date.now()
  for (const number of [1, 2, 3]) {
    const delivery = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready', now: now - number * 2_000 })
    expect((await receiver.receive({ ...delivery, receivedAt: Date.now() })).outcome).toBe('accepted')
  }
  await inbox.stop()
  return name
}

async function countIn(name: string): Promise<unknown> {
  const { records } = await runJson(['inbox', 'stats', '--inbox', name], { cwd: folder })
  return records[0]!['counts']
}

/** Two releases of one deployment. */
async function deployTwice(root: string): Promise<readonly [first: string, second: string]> {
  const digests: string[] = []
  for (const text of ['# One\n', '# Two\n']) {
    await mkdir(join(folder, `agent-${root}`), { recursive: true })
    await writeFile(join(folder, `agent-${root}`, 'AGENTS.md'), text)
    const args = ['bundle', 'deploy', `agent-${root}`, '--root', root, '--name', 'one']
    digests.push((await runJson(args, { cwd: folder })).records[0]!['digest'] as string)
  }
  return digests as [string, string]
}

const register = (): void => void sandbox.sonzai.register('session.end', { webhookUrl: 'http://127.0.0.1:9/hooks' })
const hasWebhook = (): boolean => sandbox.sonzai.list().some(({ eventType }) => eventType === 'session.end')
const deleting = (): string[] => ['webhooks', 'delete', 'sonzai', 'session.end', '--base-url', sandbox.sonzai.url]

describe('a command that cannot be undone', () => {
  it('asks, and does nothing where nobody can answer', async () => {
    const inbox = await fillInbox('pipe.db')
    const [, second] = await deployTwice('pipe')
    register()
    for (const args of [
      ['inbox', 'discard', '--all', '--inbox', inbox],
      ['bundle', 'rollback', '--root', 'pipe'],
      deleting(),
    ]) {
      expect(await runJson(args, { cwd: folder, env }), args.join(' ')).toMatchObject({
        code: 2,
        records: [{ ok: false, code: 'NOT_CONFIRMED', fix: expect.stringContaining('--yes') }],
      })
      const { code, stderr } = await run(args, { cwd: folder, env, input: 'yes\n' })
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('Nothing was done') })
    }
    expect(await countIn(inbox)).toMatchObject({ pending: 3 })
    expect(hasWebhook()).toBe(true)
    const again = await runJson(['bundle', 'rollback', '--root', 'pipe', '--dry-run'], { cwd: folder })
    expect(again.records[0]).toMatchObject({ from: second })
  })

  it('says with --dry-run what it would do, and does it with --yes', async () => {
    const inbox = await fillInbox('dry.db')
    const [first, second] = await deployTwice('dry')
    register()
    const discard = ['inbox', 'discard', '--inbox', inbox, '--type', 'on_wakeup_ready']
    const rollback = ['bundle', 'rollback', '--root', 'dry']
    const rows: [args: string[], dry: object, real: object][] = [
      [discard, { dryRun: true, count: 3 }, { count: 3 }],
      [rollback, { dryRun: true, digest: first, from: second }, { digest: first, from: second }],
      [deleting(), { dryRun: true, found: { event: 'session.end' } }, { deleted: 'session.end' }],
    ]
    for (const [args, dry, real] of rows) {
      for (let time = 0; time < 2; time++) {
        expect(await runJson([...args, '--dry-run'], { cwd: folder, env })).toMatchObject({ code: 0, records: [dry] })
      }
      expect(await runJson([...args, '--yes'], { cwd: folder, env })).toMatchObject({ code: 0, records: [real] })
    }
    expect(await countIn(inbox)).toMatchObject({ pending: 0 })
    expect(hasWebhook()).toBe(false)
  })

  it('says with --dry-run that there is nothing to do', async () => {
    const inbox = await fillInbox('none.db')
    const nothing = ['--inbox', inbox, '--state', 'dead', '--dry-run']
    expect(await runJson(['inbox', 'discard', ...nothing], { cwd: folder })).toMatchObject({
      code: 1,
      records: [{ count: 0 }],
    })
    expect(await runJson(['inbox', 'replay', ...nothing], { cwd: folder })).toMatchObject({
      code: 1,
      records: [{ count: 0 }],
    })
    const other = ['webhooks', 'delete', 'sonzai', 'agent.message', '--base-url', sandbox.sonzai.url, '--dry-run']
    expect(await runJson(other, { cwd: folder, env })).toMatchObject({ code: 1, records: [{ ok: false }] })
    expect((await runJson([...other, '--yes'], { cwd: folder, env })).code).toBe(2)
  })
})

describe.runIf(hasTerminal)('a question on the terminal', () => {
  function answer(text: string, args: readonly string[]): { code: number | null; text: string } {
    const line = [...commandLine, ...args].map((word) => `'${word}'`).join(' ')
    const { status, stdout } = spawnSync('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
      encoding: 'utf8',
      cwd: folder,
      input: text,
      env: { ...cleanEnvironment, TERM: 'xterm-256color' },
    })
    return { code: status, text: stdout }
  }

  it('names what would be lost, and takes only yes for yes', async () => {
    const inbox = await fillInbox('terminal.db')
    const discard = ['inbox', 'discard', '--all', '--inbox', inbox]
    for (const other of ['no\n', '\n', 'maybe yes\n', '\u0004']) {
      const { code, text } = answer(other, discard)
      expect(text).toContain('Remove 3 events for good? Type yes to do it.')
      expect(text).toContain('Nothing was done.')
      expect(code).toBe(1)
    }
    expect(await countIn(inbox)).toMatchObject({ pending: 3 })
    const { code, text } = answer('yes\n', discard)
    expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining('3 events were removed') })
    expect(await countIn(inbox)).toMatchObject({ pending: 0 })
  })
})
