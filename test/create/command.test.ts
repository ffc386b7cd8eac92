import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv, stripVTControlCharacters } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { senders } from '../../packages/create-sallyport/src/catalogue.ts'
import { readManifest } from '../../scripts/packages.ts'
import { root } from '../../scripts/run-command.ts'
import { hasTerminal, keys, run, runInTerminal } from '../support/create/command.ts'
import { runHere } from '../support/create/in-process.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-create-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

let count = 0
/** An empty folder. */
function createFolder(): string {
  const folder = join(home, String((count += 1)))
  mkdirSync(folder)
  return folder
}

const { version } = readManifest(join(root, 'packages', 'create-sallyport'))

describe('create-sallyport without a terminal', () => {
  it('creates a project with --yes and says the next two commands', () => {
    const folder = createFolder()
    const { code, stdout, stderr } = run(folder, ['--yes'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(`
Created my-webhooks: Express, TypeScript. It receives from sonzai.

Start it:
  cd my-webhooks && npm install
  npm run dev

Then, in another terminal in my-webhooks, send it a signed delivery:
  npx sallyport send sonzai on_wakeup_ready
`)
    const project = join(folder, 'my-webhooks')
    const { dependencies, devDependencies } = readManifest(project)
    expect({ ...dependencies, ...devDependencies }).toMatchObject({ sallyport: version, '@sallyport/cli': version })
    if (process.platform !== 'win32') expect(statSync(join(project, '.env')).mode & 0o777).toBe(0o600)
  })

  it('prints no secret', () => {
    const folder = createFolder()
    const all = senders.map(({ name }) => name).join(',')
    const { code, stdout, stderr } = run(folder, ['x', '--yes', '--senders', all, '--store', 'redis'])
    expect(code).toBe(0)
    const secrets = parseEnv(readFileSync(join(folder, 'x', '.env'), 'utf8'))
    for (const { variable } of senders) expect(stdout + stderr).not.toContain(secrets[variable]!.slice(8, 16))
  })

  it('needs no --yes where the flags say everything', () => {
    const args = ['x', '--framework=node', '--senders=stripe,github', '--store=none', '--language=javascript']
    const folder = createFolder()
    expect(run(folder, args)).toMatchObject({ code: 0, stderr: '' })
    expect(readdirSync(join(folder, 'x', 'src', 'senders'))).toEqual(['github.js', 'stripe.js'])
  })

  it.each([
    ['pnpm/10.1.0 npm/? node/v24', 'cd x && pnpm install', 'pnpm dev', 'pnpm sallyport send'],
    ['yarn/4.1.0 npm/? node/v24', 'cd x && yarn', 'yarn dev', 'yarn sallyport send'],
    ['bun/1.3.0 npm/? node/v24', 'cd x && bun install', 'bun run dev', 'bunx sallyport send'],
    ['npm/11.0.0 node/v24', 'cd x && npm install', 'npm run dev', 'npx sallyport send'],
    ['unheard-of/1', 'cd x && npm install', 'npm run dev', 'npx sallyport send'],
  ])('speaks the language of %s', (agent, first, second, send) => {
    const folder = createFolder()
    const { stdout } = run(folder, ['x', '--yes'], { npm_config_user_agent: agent })
    expect(stdout).toContain(`\n  ${first}\n  ${second}\n`)
    expect(stdout).toContain(`\n  ${send} sonzai`)
    const read = (name: string): string => readFileSync(join(folder, 'x', name), 'utf8')
    expect(read('README.md')).toContain(`\n${second}\n`)
    expect(read('Dockerfile').match(/^COPY package.*lock.*$/gm)).toHaveLength(1)
    expect(read('.dockerignore').split('\n')).toHaveLength(5)
  })

  it('fills an empty folder, or one with a new repository', () => {
    const folder = createFolder()
    mkdirSync(join(folder, '.git'))
    const { code, stdout } = run(folder, ['.', '--yes'])
    expect(code).toBe(0)
    expect(stdout).toContain('\n  npm install\n  npm run dev\n')
    expect(existsSync(join(folder, 'src', 'server.ts'))).toBe(true)
  })

  it.runIf(process.platform !== 'win32').each([
    ['exit 0', 0, '\n  cd x\n  npm run dev\n', ''],
    ['exit 1', 1, '\n  cd x && npm install\n  npm run dev\n', 'create-sallyport: npm install failed in x'],
  ])('installs with --install, where npm says %s', (end, code, next, error) => {
    const folder = createFolder()
    // A stand-in that writes down how it was called: this test installs nothing.
    writeFileSync(join(folder, 'npm'), `#!/bin/sh\necho "$@" > called\n${end}\n`, { mode: 0o755 })
    const result = run(folder, ['x', '--yes', '--install'], { PATH: `${folder}:${process.env['PATH']}` })
    expect(result).toEqual({
      code,
      stdout: expect.stringContaining(next),
      stderr: error === '' ? '' : expect.stringContaining(error),
    })
    expect(readFileSync(join(folder, 'x', 'called'), 'utf8')).toBe('install\n')
  })

  it('prints its help in 80 columns, and its version', () => {
    const { code, stdout } = run(home, ['--help'])
    expect(code).toBe(0)
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    for (const { name } of senders) expect(stdout).toContain(name)
    expect(run(home, ['-v'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})

describe('create-sallyport refuses', () => {
  const known = 'sonzai, invoratec, fleet, langsmith, github, stripe'
  it.each([
    [['--framwork', 'koa'], 'unknown option "--framwork". Did you mean "--framework"?'],
    [['--sender', 'github'], 'unknown option "--sender". Did you mean "--senders"?'],
    [['--no-yes'], 'unknown option "--no-yes". Known: --framework'],
    [['-q'], 'unknown option "-q". Known: --framework, --senders'],
    [['--framework', 'expres'], '--framework has no "expres". Did you mean "express"?'],
    [['--framework', 'rails'], '--framework has no "rails". Known: express, koa, fastify, hono, node.'],
    [['--framework', '__proto__'], '--framework has no "__proto__". Known: express'],
    [['--framework'], '--framework needs a value, as in --framework express'],
    [['--store='], '--store needs a value, as in --store sqlite'],
    [['--store', 'postgre'], '--store has no "postgre". Did you mean "postgres"?'],
    [['--language', 'ts'], '--language has no "ts". Known: typescript, javascript.'],
    [['--senders', 'githb'], '--senders has no "githb". Did you mean "github"?'],
    [['--senders', 'github,'], `--senders has no "". Known: ${known}`],
    [['--yes=1'], '--yes takes no value; leave it out'],
    [['one', 'two'], 'there are two folders: "one", "two"; pass one'],
    [[''], 'the folder has no name; pass one, such as my-webhooks'],
    [['~/y'], `the folder "~/y" begins with ~, which only a shell replaces; type "${join(homedir(), 'y')}"`],
    [['~'], `begins with ~, which only a shell replaces; type "${homedir()}"`],
    [
      ['~you/y'],
      'the folder "~you/y" begins with ~, which only a shell replaces; type its whole path, or put ./ before',
    ],
    [['a\u001b[31m'], String.raw`the folder's name "a\u{1b}[31m" has invisible or control characters; pass another`],
  ])('%j', async (args, message) => {
    const folder = createFolder()
    expect(await runHere(folder, ['--yes', ...args])).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    })
    expect(readdirSync(folder)).toEqual([])
  })

  it('what no flag is, as a process too', () => {
    const folder = createFolder()
    const { code, stdout, stderr } = run(folder, ['--yes', '--framwork', 'koa'])
    const message = 'create-sallyport: unknown option "--framwork". Did you mean "--framework"?\n'
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: message })
    expect(readdirSync(folder)).toEqual([])
  })

  it('a folder that is not empty, a file, and to ask without a terminal', () => {
    const folder = createFolder()
    mkdirSync(join(folder, 'full'))
    writeFileSync(join(folder, 'full', 'mine.txt'), 'mine')
    expect(run(folder, ['full', '--yes'])).toMatchObject({
      code: 2,
      stderr: 'create-sallyport: full is not empty; choose another name, or empty it first\n',
    })
    expect(readdirSync(join(folder, 'full'))).toEqual(['mine.txt'])
    expect(run(folder, ['full/mine.txt', '--yes'])).toMatchObject({
      code: 2,
      stderr: 'create-sallyport: full/mine.txt is a file; choose another name\n',
    })
    const { code, stderr } = run(folder, ['new'])
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('pass --yes') })
    expect(readdirSync(folder)).toEqual(['full'])
  })

  it('a place it cannot write to, and leaves nothing there', () => {
    const folder = createFolder()
    writeFileSync(join(folder, 'file'), '')
    const { code, stderr } = run(folder, ['file/new', '--yes'])
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was written') })
    expect(readdirSync(folder)).toEqual(['file'])
  })
})

describe.runIf(hasTerminal())('create-sallyport on a terminal', () => {
  it('asks for everything, and fits 80 columns', async () => {
    const folder = createFolder()
    const { code, text } = await runInTerminal(
      folder,
      [],
      [
        ['Which folder?', `hooks${keys.enter}`],
        ['Which framework?', keys.down + keys.down + keys.enter],
        ['Who sends you webhooks?', 'stri'],
        ['1 match', keys.tab],
        ['\u25fc', keys.enter],
        ['Where to store', keys.down + keys.enter],
        ['Which language?', keys.down + keys.enter],
        ['Run npm install now?', keys.right + keys.enter],
      ],
    )
    expect(code).toBe(0)
    const lines = stripVTControlCharacters(text).split(/[\r\n]+/)
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    expect(lines).toContain('Created hooks: Fastify, SQLite, JavaScript. It receives from stripe.')
    expect(readdirSync(join(folder, 'hooks', 'src'))).toEqual(['inbox.js', 'senders', 'server.js'])
  })

  it('asks only for what no flag says, and again for a full folder', async () => {
    const folder = createFolder()
    mkdirSync(join(folder, 'full'))
    writeFileSync(join(folder, 'full', 'mine.txt'), 'mine')
    const flags = ['--framework=koa', '--store=none', '--senders=github', '--language=typescript', '--no-install']
    const { code, text } = await runInTerminal(folder, flags, [
      ['Which folder?', `full${keys.enter}`],
      ['full is not empty', `er${keys.enter}`],
    ])
    expect({ code, text }).toEqual({ code: 0, text: expect.stringContaining('Created fuller: Koa, TypeScript') })
  })

  it('shows the cursor again if SIGTERM ends it', async () => {
    const folder = createFolder()
    const { code, text } = await runInTerminal(folder, [], [['Which folder?', { signal: 'SIGTERM' }]])
    expect({ code, hidden: text.lastIndexOf('\u001b[?25l') > 0 }).toEqual({ code: 143, hidden: true })
    expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'))
    expect(readdirSync(folder)).toEqual([])
  })

  it.each([
    ['the first question', []],
    ['a later one', [['Which folder?', `hooks${keys.enter}`] as const]],
  ])('leaves nothing when Ctrl-C is pressed at %s', async (_which, before) => {
    const folder = createFolder()
    const question = before.length === 0 ? 'Which folder?' : 'Which framework?'
    const { code, text } = await runInTerminal(folder, [], [...before, [question, keys.interrupt]])
    expect({ code, text }).toEqual({ code: 130, text: expect.stringContaining('Cancelled. Nothing was written.') })
    expect(readdirSync(folder)).toEqual([])
  })
})
