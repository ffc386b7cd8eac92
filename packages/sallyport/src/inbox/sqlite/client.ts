import { Worker, type TransferListItem } from 'node:worker_threads'
import { describeError } from '../inbox-error.ts'
import type { InboxErrorCode } from '../inbox-error.ts'
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

/**
 * Makes the client; its thread is started when something is asked, and again after one was lost. Waiting for an answer keeps
 * the process alive, an idle inbox does not.
 */
export function createClient(data: ThreadData): Client {
  // Beside this file, in whatever form this file runs: source or built.
  const threadFile = new URL(`./thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)
  const waiting = new Map<number, Waiting>()
  let outbox: Request[] = []
  let nextNumber = 0
  let closing: Promise<void> | undefined
  let worker: Worker | undefined

  function start(): Worker {
    const started = new Worker(threadFile, { workerData: data, name: 'sallyport-inbox' })
    started.on('message', (responses: Response[]) => responses.forEach(settle))
    started.on('error', (error) => lose(started, error))
    started.on('exit', () => lose(started))
    return started
  }

  function lose(lost: Worker, cause?: unknown): void {
    if (lost !== worker) return
    worker = undefined
    outbox = []
    const reason = cause === undefined ? 'its thread ended' : `its thread ended: ${describeError(cause)}`
    for (const { reject } of waiting.values()) reject(new InboxError('INBOX_UNAVAILABLE', reason, { cause }))
    waiting.clear()
  }

  function settle(response: Response): void {
    const request = waiting.get(response.number)
    waiting.delete(response.number)
    if (waiting.size === 0) worker?.unref()
    if ('failure' in response)
      request?.reject(new InboxError(response.failure.code as InboxErrorCode, response.failure.detail))
    else request?.resolve(response.value)
  }

  // What is asked in one turn of the event loop crosses to the thread in one message.
  function flush(): void {
    const requests = outbox
    outbox = []
    if (requests.length > 0) post(requests)
  }

  function post(requests: readonly Request[]): void {
    worker ??= start()
    worker.ref()
    try {
      worker.postMessage(requests, requests.flatMap(bodiesOf))
    } catch (cause) {
      // Something in a filter cannot be sent to a thread; that is no fault of the others.
      if (requests.length > 1) for (const request of requests) post([request])
      else
        settle({ number: requests[0]!.number, failure: { code: 'INBOX_OPTION_INVALID', detail: describeError(cause) } })
    }
  }

  function ask<Result>(command: Command): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const number = nextNumber++
      waiting.set(number, { resolve: (value) => resolve(value as Result), reject })
      if (outbox.length === 0) setImmediate(flush)
      outbox.push({ number, command })
    })
  }

  async function end(): Promise<void> {
    await ask({ kind: 'close' }).catch(() => {})
    await worker?.terminate()
  }

  return {
    ask: (command) => (closing ? Promise.reject(new InboxError('INBOX_STOPPED')) : ask(command)),
    close: () => (closing ??= end()),
  }
}

// The thread gets a copy that is its own. Left to the clone, a small body would drag the pool it was cut from along.
function bodiesOf({ command }: Request): TransferListItem[] {
  return command.kind === 'insert' ? command.rows.map(({ body }) => body.buffer) : []
}
