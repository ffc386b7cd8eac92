import { Worker } from 'node:worker_threads'
import type { InboxErrorCode } from '../error-codes.ts'
import { InboxError } from '../inbox-error.ts'
import type { Command, Request, Response, ThreadData } from './protocol.ts'

/** Talks to the thread that owns the database. */
export interface Client {
  ask<Result>(command: Command): Promise<Result>
  /** Ends the thread after what was asked before. */
  close(): Promise<void>
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** Starts the thread; it opens the database at the first request, and again after one was lost. */
export function createClient(data: ThreadData): Client {
  // Beside this file, in whatever form this file runs: source or built.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const waiting = new Map<number, Waiting>()
  let outbox: Request[] = []
  let nextNumber = 0
  let isClosing = false
  let worker = start()

  function start(): Worker {
    const started = new Worker(new URL(`./thread.${extension}`, import.meta.url), { workerData: data, name: 'sallyport-inbox' })
    started.on('message', (responses: Response[]) => responses.forEach(settle))
    started.on('error', () => lose(started))
    started.on('exit', () => lose(started))
    // A waiting answer keeps the process alive, an idle inbox does not.
    started.unref()
    return started
  }

  function lose(lost: Worker): void {
    if (lost !== worker) return
    for (const { reject } of waiting.values()) reject(new InboxError('INBOX_UNAVAILABLE', 'its thread ended'))
    waiting.clear()
    if (!isClosing) worker = start()
  }

  function settle(response: Response): void {
    const request = waiting.get(response.number)
    waiting.delete(response.number)
    if (waiting.size === 0) worker.unref()
    if ('failure' in response) request?.reject(toError(response.failure.code, response.failure.detail))
    else request?.resolve(response.value)
  }

  // What is asked in one turn of the event loop crosses to the thread in one message.
  function flush(): void {
    const requests = outbox
    outbox = []
    worker.ref()
    worker.postMessage(requests)
  }

  function ask<Result>(command: Command): Promise<Result> {
    if (isClosing) return Promise.reject(new InboxError('INBOX_STOPPED'))
    return new Promise<Result>((resolve, reject) => {
      const number = nextNumber++
      waiting.set(number, { resolve: resolve as Waiting['resolve'], reject })
      if (outbox.length === 0) setImmediate(flush)
      outbox.push({ number, command })
    })
  }

  return {
    ask,
    async close() {
      if (isClosing) return
      const closed = ask<undefined>({ kind: 'close' })
      isClosing = true
      await closed.catch(() => {})
      await worker.terminate()
    },
  }
}

function toError(code: string, detail: string): InboxError {
  return new InboxError(code as InboxErrorCode, detail)
}
