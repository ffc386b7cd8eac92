import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleanEnvironment, commandLine, run, temporaryFolder } from '../support/cli/command.ts'

// `script` of util-linux runs a command in a pseudo-terminal.
const hasTerminal = spawnSync('script --version', { encoding: 'utf8', shell: true }).stdout.includes('util-linux')
if (!hasTerminal) console.warn('NOT TESTED in a terminal: there is no `script` of util-linux here')

const escape = '\u001b['

function inTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = '/',
): { code: number | null; text: string } {
  const line = [...commandLine, ...args].map((word) => `'${word}'`).join(' ')
  const { status, stdout } = spawnSync('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    encoding: 'utf8',
    cwd,
    env: { ...cleanEnvironment, TERM: 'xterm-256color', ...env },
  })
  return { code: status, text: stdout }
}

describe.runIf(hasTerminal)('the output in a terminal', () => {
  it('has colours unless they are switched off', () => {
    const doctor = inTerminal(['doctor'])
    expect(doctor.code).toBe(1)
    expect(doctor.text).toContain(`${escape}31m✗`)
    expect(inTerminal(['--help']).text).toContain(`${escape}1mUsage:`)
    for (const quiet of [
      inTerminal(['doctor'], { NO_COLOR: '1' }),
      inTerminal(['doctor', '--no-color']),
      inTerminal(['--help', '--no-color']),
      inTerminal(['doctor', '--json']),
    ])
      expect(quiet.text).not.toContain(escape)
  })

  it('shows and removes the progress of send', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'dev.env'), 'SONZAI_WEBHOOK_SECRET=whsec_x\n')
    const send = [
      'send',
      'sonzai',
      'on_wakeup_ready',
      '--to',
      'http://127.0.0.1:9',
      '--env-from',
      'dev.env',
      '--times',
      '20',
    ]
    const { code, text } = inTerminal(send, {}, folder)
    expect(code).toBe(4)
    expect(text).toContain('10 of 20')
    expect(text).toContain(`\r${escape}2K`)
    expect(text.split(`${escape}2K`).at(-1)).not.toContain('of 20')
    const piped = await run(send, { cwd: folder })
    expect(piped.stderr).toBe('')
    expect(inTerminal([...send, '--json'], {}, folder).text).not.toContain('of 20')
  })
})

describe('the output of a pipe', () => {
  it('has no colours or progress when piped', async () => {
    for (const args of [['doctor'], ['--help'], ['verfy']]) {
      const { stdout, stderr } = await run(args)
      expect(stdout + stderr).not.toContain(escape)
    }
  })

  it('ends quietly when the reader stops early', () => {
    const line = `${commandLine.map((word) => `'${word}'`).join(' ')} --help | head -1`
    const { stdout, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8' })
    expect({ stdout, stderr }).toEqual({ stdout: 'Usage: sallyport [options] [command]\n', stderr: '' })
  })
})
