import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll } from 'vitest'
import { cleanEnvironment, commandLine, type Ending, type Start } from './command.ts'
import type { HostedLine } from './host-program.ts'

const program = join(import.meta.dirname, 'host-program.ts')

let host: { readonly child: ChildProcess; readonly stderr: Promise<string> } | undefined
let last: Promise<unknown> = Promise.resolve()

afterAll(async () => {
  if (host === undefined) return
  const ended = once(host.child, 'exit')
  host.child.kill('SIGKILL')
  await ended
})

/**
 * Runs the command to its end, as `run` does, but in one process for all command lines of a test file: loading the command
 * takes longer than most of them. One runs at a time, each with a folder, environment, stdin and output of its own.
 */
export async function runHosted(
  args: readonly string[],
  { cwd = tmpdir(), env = {}, input = '' }: Start = {},
): Promise<Ending> {
  const turn = last.then(() => send({ args, cwd, env: { ...cleanEnvironment, HOME: tmpdir(), ...env }, input }))
  last = turn.catch(() => {})
  return turn
}

/** Does so with `--json` and parses the output. */
export async function runJson(
  args: readonly string[],
  options?: Start,
): Promise<{ code: number | null; records: Record<string, unknown>[]; stderr: string }> {
  const { code, stdout, stderr } = await runHosted([...args, '--json'], options)
  const records = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { code, records, stderr }
}

async function send(line: HostedLine): Promise<Ending> {
  const { child, stderr } = (host ??= startHost())
  const done = new AbortController()
  const answer = once(child, 'message', done) as Promise<[Ending]>
  const end = once(child, 'exit', done).then(async () => {
    host = undefined
    throw new Error(`the command line ended the process:\n${await stderr}`)
  })
  child.send(line)
  try {
    const [ending] = await Promise.race([answer, end])
    return ending
  } finally {
    done.abort()
  }
}

function startHost(): { child: ChildProcess; stderr: Promise<string> } {
  const [execPath, ...execArgv] = commandLine.slice(0, -1)
  const stdio = ['ignore', 'ignore', 'pipe', 'ipc'] as const
  const child = fork(program, {
    execPath,
    execArgv,
    env: cleanEnvironment,
    serialization: 'advanced',
    stdio: [...stdio],
  })
  return { child, stderr: text(child.stderr!) }
}
