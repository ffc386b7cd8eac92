import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Counts, InboxQuestion, InboxServerOptions } from './protocol.ts'

/** A server in a process of its own. */
export interface InboxServer {
  readonly port: number
  ask<Result>(question: InboxQuestion['ask']): Promise<Result>
  /** As a crash does: nothing in the process runs any more. */
  kill(): Promise<void>
  /** Lets it answer and handle what it has begun; resolves to its exit code. */
  stop(): Promise<number | null>
}

export async function startInboxServer(options: InboxServerOptions): Promise<InboxServer> {
  const child = fork(join(import.meta.dirname, 'server.ts'), [JSON.stringify(options)])
  const gone = once(child, 'exit') as Promise<[code: number | null]>
  const port = await readPort(child, gone)
  const waiting = new Map<number, (value: unknown) => void>()
  let nextNumber = 0
  child.on('message', ({ number, value }: { number: number; value: unknown }) => {
    waiting.get(number)?.(value)
    waiting.delete(number)
  })

  return {
    port,
    ask: <Result>(ask: InboxQuestion['ask']) =>
      new Promise<Result>((resolve, reject) => {
        const number = nextNumber++
        waiting.set(number, resolve as (value: unknown) => void)
        child.send({ number, question: { ask } satisfies InboxQuestion })
        void gone.then(() => reject(new Error('the server of the demo has ended')))
      }),
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    async stop() {
      if (child.connected) child.disconnect()
      const [code] = await gone
      return code
    },
  }
}

async function readPort(child: ChildProcess, gone: Promise<unknown>): Promise<number> {
  const [message] = (await Promise.race([
    once(child, 'message'),
    gone.then(() => {
      throw new Error('the server of the demo ended before it listened')
    }),
  ])) as [{ port: number }]
  return message.port
}

const patienceMs = 20_000

/** Resolves when so many events are in a state. @throws Error when that takes too long */
export async function untilCounted(server: InboxServer, isEnough: (counts: Counts) => boolean): Promise<void> {
  const end = Date.now() + patienceMs
  while (!isEnough(await server.ask<Counts>('counts'))) {
    if (Date.now() > end) throw new Error('the inbox of the demo does not get on')
    await wait(10)
  }
}
