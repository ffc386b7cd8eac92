import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createProgram } from '../../packages/cli/src/program.ts'
import { run, temporaryFolder } from '../support/cli/command.ts'
import { findTable, readDocument } from '../support/docs/markdown.ts'

type Command = Awaited<ReturnType<typeof createProgram>>

/** A value for each flag that takes the place of what the configuration says. */
const values: Readonly<Record<string, string>> = {
  '--port': '0',
  // Of no computer (RFC 5737), as a folder is no state file, so that nothing is served.
  '--host': '203.0.113.1',
  '--state': '.',
  '--inbox': 'none.db',
  '--policy': 'none.json',
  '--api-key': 'env:SALLYPORT_TEST_KEY',
  '--base-url': 'http://127.0.0.1:9',
  '--project': 'p',
  '--secrets': 'secrets.json',
  '--event': 'x --url http://127.0.0.1:9',
}

/** What else a command line needs. Each ends with an error soon after it has read what it needs. */
const rest: Readonly<Record<string, string>> = {
  'sandbox trigger': 'sonzai x',
  send: 'sonzai on_wakeup_ready --to http://127.0.0.1:9 --secret env:SALLYPORT_TEST_NONE',
  verify: 'sonzai --request none.http --secret env:SALLYPORT_TEST_NONE',
  'bundle inspect': 'none.zip',
  'bundle diff': 'none.zip none.zip',
  'bundle check': 'none.zip',
  'bundle pack': 'none.zip --out packed.zip',
  'bundle extract': 'none.zip --to extracted',
  'bundle deploy': 'none.zip --root agents',
  'bundle rollback': '--root agents --yes',
  'inbox show': 'abcdef',
  'inbox replay': 'abcdef',
  'inbox discard': 'abcdef --yes',
  'webhooks list': 'sonzai',
  'webhooks ensure': 'sonzai',
  'webhooks rotate': 'sonzai x',
  'webhooks attempts': 'sonzai x',
  'webhooks delete': 'sonzai x --yes',
  console: '--inbox none.db',
  doctor: '--inbox none.db',
  completion: 'bash',
}

const rows = findTable(readDocument('docs/cli.md'), 'Command line').rows.map(([command = '', when = '']) => ({
  command: command.replaceAll('`', ''),
  when,
  flags: when.match(/--[\w-]+/g) ?? [],
}))

let folder: string
let count = 0
const removals: (() => Promise<void>)[] = []
beforeAll(async () => {
  folder = await temporaryFolder((work) => removals.push(work))
  vi.stubEnv('SALLYPORT_TEST_KEY', 'a-key-of-the-test')
  vi.stubEnv('SALLYPORT_INBOX', undefined)
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  // What the platforms answer does not matter here; this is not tried again.
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{}', { status: 401 })))
})
afterEach(() => (process.exitCode = undefined))
afterAll(async () => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  await Promise.all(removals.map((remove) => remove()))
})

/** A configuration that says that it ran. */
async function writeMarking(path: string): Promise<string> {
  const marker = `${path}.ran`
  await writeFile(
    path,
    `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(marker)}, '')\nexport default {}\n`,
  )
  return marker
}

/** Whether a command line runs the configuration. */
async function runs(command: string, flags: readonly string[]): Promise<boolean> {
  const given = flags.map((flag) => `${flag} ${values[flag] ?? ''}`)
  const config = join(folder, `config-${++count}.mjs`)
  const marker = await writeMarking(config)
  const words = [command, rest[command], ...given].join(' ').split(/\s+/).filter(Boolean)
  const program = await createProgram(words[0])
  for (const each of flatten(program)) each.exitOverride()
  await program.parseAsync([...words, '--config', config], { from: 'user' }).catch((error: unknown) => {
    expect(String(error)).not.toContain('CommanderError')
  })
  return existsSync(marker)
}

describe('the configuration', () => {
  it('has a line per command in the documents', async () => {
    const leaves = flatten(await createProgram()).filter(runsItself)
    expect(rows.map(({ command }) => command).toSorted()).toEqual(leaves.map(pathOf).toSorted())
    expect(rows.filter(({ when, flags }) => !/^(?:always|never)/.test(when) && flags.length === 0)).toEqual([])
  })

  it.each(rows)('runs with $command as documented: $when', async ({ command, when, flags }) => {
    if (flags.length === 0) expect(await runs(command, [])).toBe(when.startsWith('always'))
    else {
      expect(await runs(command, flags)).toBe(false)
      for (const left of flags)
        expect([
          left,
          await runs(
            command,
            flags.filter((flag) => flag !== left),
          ),
        ]).toEqual([left, true])
    }
  })

  it('needs no --project for Invoratec', async () => {
    const line = 'webhooks list invoratec'
    expect(await runs(line, ['--api-key', '--base-url'])).toBe(false)
    expect(await runs(line, ['--api-key'])).toBe(true)
  })

  it('is not run for an inbox that a variable names', async () => {
    vi.stubEnv('SALLYPORT_INBOX', 'none.db')
    expect(await runs('inbox list', [])).toBe(false)
    vi.stubEnv('SALLYPORT_INBOX', undefined)
  })
})

describe('a folder from elsewhere', () => {
  it.each([
    ['bundle', 'inspect', '.'],
    ['completion', 'bash'],
  ])('runs none of its code with %s %s', async (...args) => {
    const agent = await temporaryFolder()
    const marker = await writeMarking(join(agent, 'sallyport.config.ts'))
    await mkdir(join(agent, 'files'))
    await run(args, { cwd: agent })
    expect(existsSync(marker)).toBe(false)
    // The same file runs where it is used.
    if (args[0] === 'completion') await run(['doctor'], { cwd: agent })
    expect(existsSync(marker)).toBe(args[0] === 'completion')
  })
})

describe('--config', () => {
  it('says when a command does not read it', async () => {
    const { code, stdout, stderr } = await run(['completion', 'bash', '--config', 'none.ts'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '--config: not read, this command needs nothing of it\n' })
    expect(stdout).toContain('complete -o')
    // Set for every command, so not worth a word.
    expect(await run(['completion', 'bash'], { env: { SALLYPORT_CONFIG: 'none.ts' } })).toMatchObject({
      code: 0,
      stderr: '',
    })
  })
})

/** `sandbox` has a subcommand and works without it. */
function runsItself(command: Command): boolean {
  return command.commands.length === 0 || command.name() === 'sandbox'
}

function flatten(command: Command): Command[] {
  return [command, ...command.commands.flatMap(flatten)]
}

function pathOf(command: Command): string {
  const parent = command.parent
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name()
}
