import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { cleanEnvironment, commandLine } from './command.ts'

/** Whether there is a terminal to test in. */
export const hasTmux = spawnSync('tmux', ['-V'], { encoding: 'utf8' }).status === 0

/** A command in a terminal. */
export interface Screen {
  /** Presses keys, as tmux names them. */
  keys(...keys: string[]): void
  /** Process id of the command. */
  pid(): number
  resize(width: number, height: number): void
  /** The screen as text, once it shows something. */
  shows(pattern: RegExp): Promise<string>
  /** The screen with its escape sequences. */
  raw(): string
}

let count = 0

/** Runs a command line in a pseudo terminal of its own; prints `ended <exit code>` when it has ended. */
export function inTmux(args: readonly string[], { cwd, env = {}, width = 80, height = 24 }: TmuxOptions): Screen {
  const socket = `sallyport-${process.pid}-${count++}`
  const tmux = (...words: string[]): string => spawnSync('tmux', ['-L', socket, ...words], { encoding: 'utf8' }).stdout
  const script = join(cwd, 'in-tmux.sh')
  const quoted = [...commandLine, ...args].map((word) => `'${word}'`).join(' ')
  const variables = Object.entries({ ...cleanEnvironment, TERM: 'xterm-256color', ...env })
  const assigned = variables.map(([name, value]) => `'${name}=${value}'`).join(' ')
  writeFileSync(
    script,
    `cd '${cwd}'\nsh -c "echo \\$\\$ > pid; exec env -i ${assigned} ${quoted}"\necho "ended $?"\nstty -a | grep -o '[-]*echo '\nexec sleep 1000\n`,
  )
  tmux('-f', '/dev/null', 'new-session', '-d', '-x', String(width), '-y', String(height), '-s', 'v', `sh '${script}'`)
  onTestFinished(() => void tmux('kill-server'))
  const capture = (): string => tmux('capture-pane', '-p', '-t', 'v')
  return {
    keys: (...keys) => void tmux('send-keys', '-t', 'v', ...keys),
    resize: (columns, rows) => void tmux('resize-window', '-t', 'v', '-x', String(columns), '-y', String(rows)),
    pid: () => Number(readFileSync(join(cwd, 'pid'), 'utf8')),
    async shows(pattern) {
      await expect.poll(capture, { timeout: 20_000, interval: 100 }).toMatch(pattern)
      return capture()
    },
    raw: () => tmux('capture-pane', '-p', '-e', '-t', 'v'),
  }
}

/** Where and how the command runs. */
export interface TmuxOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly width?: number | undefined
  readonly height?: number | undefined
}
