import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Options of a worker process. */
export interface WorkerProcessOptions {
  readonly path: string
  readonly journal: string
  readonly drainMs: number
}

/** A worker in its own process. */
export interface WorkerProcess {
  readonly process: ChildProcess
  /** Resolves once it prints this; rejects if it ends first, and after 20 seconds. */
  says(text: string): Promise<void>
  /** Everything it printed so far. */
  heard(): ReadonlySet<unknown>
  /** Resolves to its exit code and the signal that ended it. */
  readonly gone: Promise<readonly [code: number | null, signal: string | null]>
}

const program = fileURLToPath(new URL('worker.ts', import.meta.url))
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

export function startWorker(options: WorkerProcessOptions): WorkerProcess {
  const child = fork(program, [JSON.stringify(options)], { execArgv: ['--conditions=@sallyport/source'] })
  running.add(child)
  const said = new Set<unknown>()
  child.on('message', (text) => said.add(text))
  const ended = new AbortController()
  // Unlike `exit`, `close` comes after the last message.
  const gone = once(child, 'close').then(([code, signal]) => {
    running.delete(child)
    ended.abort(new Error(`the worker ended: ${String(signal ?? code)}`))
    return [code as number | null, signal as string | null] as const
  })
  return {
    process: child,
    gone,
    heard: () => said,
    async says(text) {
      const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(20_000)])
      while (!said.has(text)) await once(child, 'message', { signal })
    },
  }
}
