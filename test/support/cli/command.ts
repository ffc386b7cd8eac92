import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

const main = join(import.meta.dirname, '..', '..', '..', 'packages', 'cli', 'src', 'main.ts')

/** How the command is started. */
export interface Start {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly input?: string | Uint8Array
}

/** How the command ended. */
export interface Ending {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The running command. */
export interface Running {
  /** Resolves with the first match in its stdout; rejects if it ends without one. */
  sees(pattern: RegExp): Promise<RegExpExecArray>
  /** Stops reading its output, as `head` does. */
  ignore(...streams: readonly ('stdout' | 'stderr')[]): void
  /** What it wrote to stdout so far. */
  written(): string
  end(signal?: NodeJS.Signals): Promise<Ending>
}

/** Arguments that make Node start the command from its sources. */
export const commandLine = [
  process.execPath,
  '--conditions=@sallyport/source',
  '--disable-warning=ExperimentalWarning',
  main,
] as const

const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env

/** An environment without variables that change the command; with PATH and the compile cache. */
export const cleanEnvironment: Readonly<Record<string, string>> = { PATH, NODE_COMPILE_CACHE }

/** Starts the command as a process, without inherited variables that change it; it ends with the test. */
export function start(args: readonly string[], { env = {}, cwd, input }: Start = {}): Running {
  const [node, ...flags] = commandLine
  const child = spawn(node, [...flags, ...args], {
    cwd: cwd ?? tmpdir(),
    env: { ...cleanEnvironment, HOME: tmpdir(), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stdout = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  const ignored = new Set<Readable>()
  const code = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve))
  const readWhole = (stream: Readable): Promise<string> =>
    text(stream).catch((error: unknown) => (ignored.has(stream) ? '' : Promise.reject(error as Error)))
  const ending = Promise.all([code, readWhole(child.stdout), readWhole(child.stderr)]).then(
    ([exitCode, out, stderr]): Ending => ({ code: exitCode, stdout: out, stderr }),
  )
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ending.catch(() => {})
  })
  return {
    ignore(...streams) {
      for (const stream of streams.map((name) => child[name])) {
        ignored.add(stream)
        stream.destroy()
      }
    },
    written: () => stdout,
    async sees(pattern) {
      for (;;) {
        const match = pattern.exec(stdout)
        if (match) return match
        const more = new Promise<boolean>((resolve) => child.stdout.once('data', () => resolve(true)))
        if (!(await Promise.race([more, ending.then(() => false)]))) {
          const { stderr } = await ending
          throw new Error(`the command ended without ${pattern}:\n${stdout}\n${stderr}`)
        }
      }
    },
    end(signal) {
      if (signal) child.kill(signal)
      return ending
    },
  }
}

/** Runs the command to its end. */
export function run(args: readonly string[], options?: Start): Promise<Ending> {
  return start(args, options).end()
}

/** An empty folder for one test, or for a whole file if `forFile` collects its removal. */
export async function temporaryFolder(remove: (work: () => Promise<void>) => void = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-cli-'))
  remove(() => rm(folder, { recursive: true, force: true }))
  return folder
}
