import { randomUUID } from 'node:crypto'
import type { TransferListItem, Worker as Thread } from 'node:worker_threads'
import { toErrorText, InboxError, type InboxErrorCode } from '../inbox-error.ts'
import type { MethodName, Methods } from './methods.ts'
import type { SqliteSettings } from './options.ts'

/** A call of a method, with the number by which its answer is found. */
export type Request = {
  readonly [Name in MethodName]: {
    readonly number: number
    readonly name: Name
    readonly parameters: Parameters<Methods[Name]>
  }
}[MethodName]

/** What a thread begins with. */
export interface ThreadData {
  readonly settings: SqliteSettings
  /** The same in each thread that takes the place of a lost one. */
  readonly token: string
}

/** The answer to one request. */
export type Response =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly failure: Failure }

/** An error that crosses threads: a code, and SQLite's own words, which hold no data. */
export interface Failure {
  readonly code: InboxErrorCode
  readonly detail: string | undefined
}

/** Calls methods of the thread that owns the database. */
export interface ThreadClient {
  ask<Name extends MethodName>(name: Name, ...parameters: Parameters<Methods[Name]>): Promise<ReturnType<Methods[Name]>>
  /** Ends the thread after what was asked before. */
  close(): Promise<void>
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/**
 * Makes the client. It starts its thread with the first call, and again after one was lost. Waiting for an answer keeps the
 * process alive; an idle inbox does not.
 */
export function createThreadClient(settings: SqliteSettings): ThreadClient {
  // Beside this file, in the form this file has: source or built.
  const threadFile = new URL(`./thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)
  const workerData: ThreadData = { settings, token: randomUUID() }
  const waiting = new Map<number, Waiting>()
  let outbox: Request[] = []
  let nextNumber = 0
  let closing: Promise<void> | undefined
  let thread: Thread | undefined

  function start(): Thread {
    // Not imported: a bundle without an inbox has this file too, and would not start on an edge host without this module.
    const { Worker } = process.getBuiltinModule('node:worker_threads')
    const started = new Worker(threadFile, { workerData, name: 'sallyport-inbox' })
    // Under `node --watch`, Node posts messages of its own here: which files the thread loaded.
    started.on('message', (message: unknown) => {
      if (Array.isArray(message)) (message as Response[]).forEach(settle)
    })
    started.on('error', (error) => lose(started, error))
    started.on('exit', () => lose(started))
    return started
  }

  function lose(lost: Thread, cause?: unknown): void {
    if (lost !== thread) return
    thread = undefined
    outbox = []
    const reason = cause === undefined ? 'its thread ended' : `its thread ended: ${toErrorText(cause)}`
    for (const { reject } of waiting.values()) reject(new InboxError('INBOX_UNAVAILABLE', reason, { cause }))
    waiting.clear()
  }

  function settle(response: Response): void {
    const request = waiting.get(response.number)
    waiting.delete(response.number)
    if (waiting.size === 0) thread?.unref()
    if ('failure' in response) request?.reject(new InboxError(response.failure.code, response.failure.detail))
    else request?.resolve(response.value)
  }

  // What is asked in one turn of the event loop goes to the thread in one message.
  function flush(): void {
    const requests = outbox
    outbox = []
    if (requests.length > 0) post(requests)
  }

  function post(requests: readonly Request[]): void {
    thread ??= start()
    thread.ref()
    try {
      thread.postMessage(requests, requests.flatMap(bodiesOf))
    } catch (cause) {
      // Something in a filter cannot be sent to a thread; the other requests are fine.
      if (requests.length > 1) for (const request of requests) post([request])
      else
        settle({ number: requests[0]!.number, failure: { code: 'INBOX_OPTION_INVALID', detail: toErrorText(cause) } })
    }
  }

  const ask: ThreadClient['ask'] = (name, ...parameters) =>
    new Promise((resolve, reject) => {
      const number = nextNumber++
      waiting.set(number, { resolve, reject })
      if (outbox.length === 0) setImmediate(flush)
      outbox.push({ number, name, parameters } as Request)
    })

  async function end(): Promise<void> {
    await ask('close').catch(() => {})
    await thread?.terminate()
  }

  return {
    ask: (name, ...parameters) =>
      closing ? Promise.reject(new InboxError('INBOX_STOPPED')) : ask(name, ...parameters),
    close: () => (closing ??= end()),
  }
}

// The thread gets its own copy. Cloned, a small body would take along the pool it was cut from.
function bodiesOf({ name, parameters }: Request): TransferListItem[] {
  return name === 'insert' ? parameters[0].map(({ body }) => body.buffer) : []
}
