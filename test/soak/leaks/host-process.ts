import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Answer, HostOptions, Question, Word } from './host-options.ts'

/** A host in a process of its own. */
export interface Host {
  /** Where its mounts listen, by their name. */
  readonly urls: Readonly<Record<string, string>>
  /** Waits until nothing is left to handle, and measures. */
  rest(): Promise<Answer>
  /** Stops it and measures what is left; whether it then ended by itself. */
  stop(): Promise<Answer & { readonly hasEnded: boolean }>
  kill(): void
  /** What it wrote to stderr. */
  errors(): string
}

const program = fileURLToPath(new URL('host.ts', import.meta.url))
const compiled = fileURLToPath(new URL('../../../node_modules/.cache/sallyport-compiled', import.meta.url))
const endLimitMs = 15_000
const errorLength = 4_000
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

export async function startHost(options: HostOptions): Promise<Host> {
  let errors = ''
  const child = fork(program, [JSON.stringify(options)], {
    execArgv: ['--expose-gc', '--conditions=@sallyport/source', '--disable-warning=ExperimentalWarning'],
    env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: compiled },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  running.add(child)
  const closed = once(child, 'close').then(() => running.delete(child))
  child.stderr!.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-errorLength)))

  async function hear(): Promise<Word> {
    const ended = closed.then(() => {
      throw new Error(`the host ended:\n${errors}`)
    })
    const [word] = (await Promise.race([once(child, 'message'), ended])) as [Word]
    return word
  }

  async function ask(question: Question): Promise<Answer> {
    const heard = hear()
    child.send(question)
    return (await heard) as Answer
  }

  const { urls } = (await hear()) as Pick<Host, 'urls'>
  return {
    urls,
    rest: () => ask('rest'),
    async stop() {
      const answer = await ask('stop')
      const patience = new AbortController()
      const late = wait(endLimitMs, false, { signal: patience.signal }).catch(() => true)
      const hasEnded = await Promise.race([closed, late])
      patience.abort()
      child.kill('SIGKILL')
      await closed
      return { ...answer, hasEnded }
    },
    kill: () => void child.kill('SIGKILL'),
    errors: () => errors,
  }
}
