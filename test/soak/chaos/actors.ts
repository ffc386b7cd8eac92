import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ActorOptions } from './actor-options.ts'

/** A process that is started again whenever it ends. */
export interface Actor {
  readonly name: string
  /** Does it harm; resolves to false where the process is away at the moment. The process is back after `forMs`. */
  strike(fault: 'kill' | 'pause' | 'stop', forMs: number): boolean
  /** Lets a paused process go on, and waits until the process is there. */
  recover(): Promise<void>
  /** Ends it for good. */
  end(): Promise<void>
  /** What it wrote to stderr. */
  readonly errors: () => string
}

/** What must not happen to a process. */
export interface Mishaps {
  /** Processes that ended without having been told to. */
  ended: number
  /** Processes that did not end within 20 seconds of SIGTERM. */
  endless: number
}

const program = fileURLToPath(new URL('actor.ts', import.meta.url))
// Processes start often, and each would compile the same files.
const compiled = fileURLToPath(new URL('../../../node_modules/.cache/sallyport-compiled', import.meta.url))
const stopLimitMs = 20_000
const errorLength = 4_000
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

export async function startActor(name: string, options: ActorOptions, mishaps: Mishaps): Promise<Actor> {
  let errors = ''
  let isOver = false
  let child: ChildProcess | undefined
  let starting = launch()

  async function launch(): Promise<void> {
    const launched = fork(program, [JSON.stringify(options)], {
      execArgv: ['--conditions=@sallyport/source', '--disable-warning=ExperimentalWarning'],
      env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: compiled },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    running.add(launched)
    launched.stderr!.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-errorLength)))
    child = launched
    const begun = once(launched, 'message').then(() => true)
    const gone = once(launched, 'close').then(() => {
      running.delete(launched)
      if (child !== launched) return false
      // Nobody sent it away: a server manager would start it again.
      child = undefined
      mishaps.ended++
      if (!isOver) starting = wait(500).then(launch)
      return false
    })
    await Promise.race([begun, gone])
  }

  /** From now on, the end of this process is expected. */
  function release(): ChildProcess | undefined {
    const released = child
    child = undefined
    return released
  }

  async function end(leaving: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    if (leaving.exitCode !== null || leaving.signalCode !== null) return
    const gone = once(leaving, 'close')
    leaving.kill(signal)
    const patience = new AbortController()
    const isEndless = await Promise.race([
      gone.then(() => false),
      wait(stopLimitMs, true, { signal: patience.signal }).catch(() => false),
    ])
    patience.abort()
    if (!isEndless) return
    mishaps.endless++
    leaving.kill('SIGKILL')
    await gone
  }

  await starting
  return {
    name,
    errors: () => errors,
    strike(fault, forMs) {
      if (child === undefined) return false
      if (fault === 'pause') {
        const paused = child
        paused.kill('SIGSTOP')
        setTimeout(() => paused.kill('SIGCONT'), forMs)
        return true
      }
      const leaving = release()!
      const over = end(leaving, fault === 'kill' ? 'SIGKILL' : 'SIGTERM')
      starting = over.then(() => wait(forMs)).then(() => (isOver ? undefined : launch()))
      return true
    },
    async recover() {
      child?.kill('SIGCONT')
      await starting
    },
    async end() {
      isOver = true
      await starting
      const leaving = release()
      if (leaving !== undefined) await end(leaving, 'SIGTERM')
    },
  }
}
