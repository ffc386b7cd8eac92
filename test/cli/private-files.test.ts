import { spawnSync } from 'node:child_process'
import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSandbox } from '@sallyport/sandbox'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { start, temporaryFolder, type Ending } from '../support/cli/command.ts'
import { runHere } from '../support/cli/in-process.ts'

let cwd: string
beforeEach(async () => {
  cwd = await temporaryFolder()
  git('init', '-q')
})

const git = (...args: string[]): string => spawnSync('git', args, { cwd, encoding: 'utf8' }).stdout

/** What a commit of everything would hold. */
const seen = (): string[] => git('status', '--porcelain', '-uall').split('\n').filter(Boolean)

/** Starts `listen` without an inbox, gives its URL to the work, and stops it. */
async function listen(
  args: readonly string[],
  work: (url: string) => Promise<unknown> = async () => {},
): Promise<Ending> {
  const server = start(['listen', '--port', '0', '--no-inbox', ...args], { cwd })
  const [url] = await server.sees(/http:\/\/localhost:\d+|http:\/\/127\.0\.0\.1:\d+/)
  await work(url)
  return server.end('SIGTERM')
}

describe('git', () => {
  it('does not see the secrets that webhooks ensure stores', async () => {
    const sandbox = await createSandbox()
    onTestFinished(() => sandbox.stop())
    const line = `webhooks ensure sonzai --event x --url http://127.0.0.1:9/x --base-url ${sandbox.sonzai.url}`
    const { code } = await runHere(line.split(' '), { cwd, env: { SONZAI_API_KEY: 'sk_sandbox' } })
    const { mode } = await stat(join(cwd, '.sallyport'))
    expect({ code, mode: mode & 0o777, seen: seen() }).toEqual({ code: 0, mode: 0o700, seen: [] })
    expect(await readFile(join(cwd, '.sallyport', 'secrets.json'), 'utf8')).toContain('sonzai')
  })

  it('does not see what listen records', async () => {
    await writeFile(join(cwd, '.gitignore'), 'dev.env\n')
    const options = { secret: 'whsec_of-somebody-else-who-signs', type: 'on_wakeup_ready' }
    const { plainHeaders: headers, body } = signDelivery(sonzai(), options)
    const { stderr } = await listen(['--make-secrets', 'dev.env', '--record', 'captures'], (url) =>
      fetch(`${url}/webhooks/sonzai`, { method: 'POST', body, headers }),
    )
    expect(seen()).toEqual(['?? .gitignore'])
    expect(stderr).toContain('keep this file out of git')
    expect(git('status', '--porcelain', '--ignored', '-uall')).toMatch(/captures\/.*\.http/)
  })
})

describe('listen --make-secrets', () => {
  it.runIf(process.platform !== 'win32').each([
    ['says so of a file that others can read', 0o644, true],
    ['says nothing of a file of the owner', 0o600, false],
  ])('%s', async (_what, mode, isSaid) => {
    const path = join(cwd, 'my own.env')
    await writeFile(path, 'OTHER=1\n')
    await chmod(path, mode)
    const { stderr } = await listen(['--make-secrets', 'my own.env'])
    expect(stderr.includes("other accounts can read it; run chmod 600 'my own.env'")).toBe(isSaid)
    expect((await stat(path)).mode & 0o777).toBe(mode)
    expect(await readFile(path, 'utf8')).toMatch(/^OTHER=1\nSONZAI_WEBHOOK_SECRET=whsec_/)
  })
})

describe('a place that listen cannot create', () => {
  it.each([
    [
      '--make-secrets new/dev.env',
      '--make-secrets: CWD/new/dev.env cannot be created: its folder does not exist',
      'Create',
    ],
    [
      '--make-secrets file/dev.env',
      '--make-secrets: CWD/file/dev.env does not exist: a part of the path is a file',
      'Check',
    ],
    ['--record file', '--record: CWD/file is a file, not a folder', 'Name a folder'],
    ['--record file/captures', '--record: CWD/file/captures cannot be created: a part of the path is a file', 'Check'],
  ])('is named, with what to do: %s', async (flags, message, fix) => {
    await writeFile(join(cwd, 'file'), '')
    const line = ['listen', '--port', '0', '--no-inbox', '--json', ...flags.split(' ')]
    const env = { SONZAI_WEBHOOK_SECRET: 'whsec_a-secret-that-is-long-enough' }
    const { code, stdout } = await runHere(line, { cwd, env })
    expect(code).toBe(4)
    expect(JSON.parse(stdout)).toMatchObject({
      message: message.replace('CWD', cwd),
      fix: expect.stringContaining(fix),
    })
  })
})
