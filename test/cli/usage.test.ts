import { exitCodes } from '../../packages/cli/src/exit-codes.ts'
import { createProgram } from '../../packages/cli/src/program.ts'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run, temporaryFolder } from '../support/cli/command.ts'
import { runHosted, runJson } from '../support/cli/host.ts'

type Command = Awaited<ReturnType<typeof createProgram>>

const all = flatten(await createProgram())

function flatten(command: Command): Command[] {
  return [command, ...command.commands.flatMap(flatten)]
}

describe('--help', () => {
  it.each(all.map((command) => [pathOf(command), command] as const))(
    '%s shows usage, examples and exit codes',
    (_path, command) => {
      let help = ''
      command.configureOutput({
        writeOut: (text) => (help += text),
        getOutHasColors: () => false,
        getOutHelpWidth: () => 80,
      })
      command.outputHelp()
      expect(help).toMatch(/^Usage: sallyport/)
      expect(command.description().length).toBeGreaterThan(20)
      expect(help).toMatch(/^Examples:\n(?: {2}[$#] .+\n)+/m)
      expect(help).toMatch(/^Exit codes:\n {2}0 {3}.+\n/m)
      const codes = [...help.split('Exit codes:')[1]!.matchAll(/^ {2}(\d+) /gm)].map(([, code]) => Number(code))
      const known = Object.values(exitCodes).map(([code]) => code as number)
      expect(codes.filter((code) => !known.includes(code))).toEqual([])
      expect(codes).toEqual(expect.arrayContaining([0, 2]))
    },
  )

  it('shows examples with existing commands and options only', () => {
    for (const command of all) {
      let help = ''
      command.configureOutput({ writeOut: (text) => (help += text) })
      command.outputHelp()
      for (const [, line = ''] of help.matchAll(/^ {2}\$ sallyport (.*?)(?: {2,}#.*)?$/gm)) {
        const words = line.split(/\s+/)
        let at = all[0]!
        for (let word = words.shift(); word !== undefined; word = words.shift()) {
          const child = at.commands.find((candidate) => candidate.name() === word)
          if (child === undefined) break
          at = child
        }
        const flags = line.match(/(?<=\s)--[\w-]+/g) ?? []
        const known = [...at.options, ...all[0]!.options].map(({ long }) => long)
        expect({ line, unknown: flags.filter((flag) => !known.includes(flag)) }).toEqual({ line, unknown: [] })
      }
    }
  })
})

describe('an invalid command line', () => {
  it.each([
    [['verfy'], /unknown command 'verfy'[\s\S]*verify/],
    [['verify', 'sonzai', '--request', 'x', '--ignore-ag'], /unknown option '--ignore-ag'[\s\S]*--ignore-age/],
    [['verify', 'sonzai'], /required option '--request <file>'/],
    [['send', 'sonzi', 'x', '--to', 'http://localhost'], /Did you mean "sonzai"/],
    [['send', 'sonzai', 'on_wakeup', '--to', 'http://localhost'], /Did you mean "on_wakeup_ready"/],
    [['send', 'sonzai', 'on_wakeup_ready', '--to', 'localhost:3000'], /http:\/\/localhost:3000/],
    [['send', 'sonzai', 'on_wakeup_ready', '--to', 'http://localhost', '--fault', 'corupt'], /Did you mean "corrupt"/],
    [['send', 'sonzai', 'on_wakeup_ready', '--to', 'http://localhost', '--fault', 'corrupt:2'], /between 0 and 1/],
    [['listen', '--port', '70000'], /whole number from 0 to 65535/],
    [['inbox', 'replay'], /NOTHING_CHOSEN/],
    [['inbox', 'list', '--since', '99999999d'], /at most 36500d/],
    [['webhooks', 'rotate', 'sonzai', 'x', '--window', '99999999d'], /at most 36500d/],
    [['send', 'github', 'push', '--to', 'http://localhost', '--timeout', '0s'], /from 1s to 24d/],
    [['doctor', '--timeout', '90d'], /from 1s to 24d/],
    [['help', 'verfy'], /there is no such subcommand/],
    [['completion', 'tcsh'], /bash, zsh, fish/],
    [['bundle'], /Usage: sallyport bundle/],
  ])('ends with 2 and explains %j', async (args, message) => {
    const { code, stdout, stderr } = await runHosted(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
    // What is wrong, then what to do, as every error of the command.
    expect(stderr).toMatch(/^sallyport: [A-Z_]+: .+\n {2}\S/m)
  })

  it('prints one JSON object to stdout with --json', async () => {
    expect((await runJson(['help', 'verfy'])).records).toMatchObject([{ message: 'there is no such subcommand' }])
    const wrong = await runJson(['verfy'])
    expect(wrong).toMatchObject({ code: 2, stderr: '', records: [{ ok: false, code: 'USAGE' }] })
    const unknown = await runJson(['verify', 'sonzi', '--request', 'x'])
    expect(unknown.records).toEqual([
      { ok: false, code: 'PROVIDER_UNKNOWN', message: expect.any(String), fix: 'Did you mean "sonzai"?' },
    ])
  })
})

describe('a secret on the command line', () => {
  it.each([
    ['--secret', 'whsec_dontprint'],
    ['--secret=whsec_dontprint'],
    ['--secret', 'env:whsec-dontprint'],
    ['--sercet=whsec_dontprint'],
    ['--port=whsec_dontprint'],
  ])('is rejected and not repeated: %s %s', async (...args) => {
    for (const extra of [[], ['--json']]) {
      const { code, stdout, stderr } = await runHosted(['verify', 'sonzai', '--request', 'x', ...args, ...extra])
      expect(code).toBe(2)
      expect(stdout + stderr).not.toContain('dontprint')
    }
  })
})

describe('the program', () => {
  it('prints --version and --help to stdout and ends with 0', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' })
    const { code, stdout, stderr } = await run(['help', 'verify'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Usage: sallyport verify/)
  })

  it('reads --env-from without overriding variables', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'dev.env'), 'SONZAI_WEBHOOK_SECRET=whsec_of-the-file-which-is-long-enough\n')
    const doctor = ['doctor', '--env-from', 'dev.env']
    const { records } = await runJson(doctor, { cwd: folder })
    expect(records[0]).toMatchObject({ ok: true })
    const short = await runJson(doctor, { cwd: folder, env: { SONZAI_WEBHOOK_SECRET: 'x' } })
    expect(JSON.stringify(short.records)).toContain('secret-length')
    expect(await runJson(['doctor', '--env-from', 'none.env'], { cwd: folder })).toMatchObject({
      code: 4,
      records: [{ ok: false, code: 'ENV_FILE_UNREADABLE', message: expect.stringContaining('ENOENT') }],
    })
    expect((await runJson(['doctor', '--env-from', '.'], { cwd: folder })).records).toMatchObject([
      { code: 'ENV_FILE_UNREADABLE', message: expect.stringContaining('EISDIR') },
    ])
  })
})

function pathOf(command: Command): string {
  return [...(command.parent ? [pathOf(command.parent)] : []), command.name()].join(' ')
}
