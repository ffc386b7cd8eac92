import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { InboxStats } from 'sallyport/inbox'
import { afterAll } from 'vitest'
import type { Answer, Order, ServerOptions } from './server-options.ts'

const serverProgram = fileURLToPath(new URL('server.ts', import.meta.url))

/** A server in its own process. */
export interface ServerProcess {
  readonly port: number
  readonly process: ChildProcess
  /** Resolves to the signal that ended the process, after every answer and error it wrote has arrived. */
  readonly gone: Promise<NodeJS.Signals | null>
  /** Rejects with a `ServerGoneError` when the process ends without an answer, never before `gone` resolves. */
  ask<Result>(order: Order): Promise<Result>
  /** Kills it like a crash. */
  kill(): Promise<void>
  /** Asks it to end, and waits for its end. */
  stop(): Promise<void>
  readonly errors: () => string
}

/** The process ended before it did what was asked. */
export class ServerGoneError extends Error {
  /** The signal that ended it; `null` if it ended by itself. */
  readonly signal: NodeJS.Signals | null

  constructor(message: string, signal: NodeJS.Signals | null) {
    super(message)
    this.signal = signal
  }
}

const running = new Set<ChildProcess>()
// A failed test leaves nothing behind.
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

// Servers start often, and each would compile the same files.
const compiled = mkdtempSync(join(tmpdir(), 'sallyport-compiled-'))
afterAll(() => rmSync(compiled, { recursive: true, force: true }))

/** How a server process is started. */
export interface StartOptions {
  /** Modules preloaded into the process. */
  readonly environment?: Record<string, string>
  readonly execArgv?: readonly string[]
  /** @default server.ts */
  readonly program?: string
}

/** Starts a server and waits until it listens; rejects with a `ServerGoneError` when it ends first. */
export async function startServer(
  options: ServerOptions,
  { environment = {}, execArgv = [], program = serverProgram }: StartOptions = {},
): Promise<ServerProcess> {
  const child = fork(program, [JSON.stringify(options)], {
    execArgv: ['--conditions=@sallyport/source', ...execArgv],
    env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: compiled, ...environment },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  running.add(child)
  let errors = ''
  child.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const waiting = new Map<number, (value: unknown) => void>()
  let nextNumber = 0
  // Unlike `exit`, `close` comes after the last message and the last output.
  const gone = once(child, 'close').then(([, signal]) => {
    running.delete(child)
    return signal as NodeJS.Signals | null
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port))
    gone.then((signal) => reject(new ServerGoneError(`the server ended before it listened: ${errors}`, signal)), reject)
  })
  child.on('message', ({ number, value }: Answer) => {
    waiting.get(number)?.(value)
    waiting.delete(number)
  })

  return {
    port,
    process: child,
    gone,
    errors: () => errors,
    ask<Result>(order: Order) {
      const number = nextNumber++
      const answered = new Promise<Result>((resolve, reject) => {
        waiting.set(number, resolve as (value: unknown) => void)
        void gone.then((signal) => reject(new ServerGoneError('the server ended before it answered', signal)))
        // The channel of a dying process closes before the process is gone, so after a failed send `gone` follows.
        child.send({ number, order }, () => {})
      })
      // Some requests are never answered, on purpose.
      answered.catch(() => {})
      return answered
    },
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    async stop() {
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** Resolves when nothing waits to be handled. */
export async function untilIdle(server: ServerProcess): Promise<void> {
  for (;;) {
    const { counts } = await server.ask<InboxStats>({ do: 'stats' })
    if (counts.pending + counts.active === 0) return
    await wait(20)
  }
}

/**
 * Works with a server that may die at any time.
 *
 * @param work receives a signal that aborts when the server is gone
 * @returns whether the work was completed; false when the server died first
 */
export async function unlessGone(server: ServerProcess, work: (gone: AbortSignal) => Promise<void>): Promise<boolean> {
  const gone = new AbortController()
  void server.gone.then(() => gone.abort())
  try {
    await work(gone.signal)
    return true
  } catch (error) {
    if (gone.signal.aborted) return false
    throw error
  }
}
