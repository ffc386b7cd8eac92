import { createRandom } from '../support/random.ts'
import { Connection } from './connection.ts'

/** Sends requests over connections that stay open, one at a time per connection. */
export interface LoadClient {
  /**
   * Sends every request once, each as soon as a connection is free: the server always has a next one.
   *
   * @param latencies gets the milliseconds of each request
   * @returns milliseconds from the first byte out to the last byte in
   */
  send(requests: readonly Buffer[], latencies?: number[]): Promise<number>
  /**
   * Sends every request once, at random times of a schedule that does not wait for answers.
   *
   * @param perSecond requests per second on average
   */
  pace(requests: readonly Buffer[], perSecond: number): Promise<Paced>
  close(): void
}

/** Milliseconds of each request of a schedule. */
export interface Paced {
  /** From the scheduled time to the last byte of the answer. */
  readonly latencies: readonly number[]
  /** From the scheduled time to the first byte out. */
  readonly delays: readonly number[]
}

const stallMs = 10_000
const napMs = 1

/**
 * Opens connections to a bench server on this machine. Writes prepared bytes and reads only the end of an answer: on few
 * cores, a client that does more would distort the result.
 *
 * @param expected the body of every answer
 */
export async function openLoad(port: number, connections: number, expected: string): Promise<LoadClient> {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(port, expected)))
  return {
    send: (requests, latencies) => send(open, requests, latencies),
    pace: (requests, perSecond) => pace(open, requests, perSecond),
    close() {
      for (const connection of open) connection.close()
    },
  }
}

async function send(open: readonly Connection[], requests: readonly Buffer[], latencies?: number[]): Promise<number> {
  const stopNaps = startNaps()
  try {
    const start = performance.now()
    await untilAnswered(requests.length, (answered) => {
      let next = 0
      const sendNext = (connection: Connection): void => {
        const request = requests[next++]
        if (request === undefined) return
        const sentAt = latencies && performance.now()
        connection.ask(request, (error) => {
          if (sentAt !== undefined) latencies?.push(performance.now() - sentAt)
          answered(error)
          sendNext(connection)
        })
      }
      open.forEach(sendNext)
    })
    return performance.now() - start
  } finally {
    stopNaps()
  }
}

async function pace(open: readonly Connection[], requests: readonly Buffer[], perSecond: number): Promise<Paced> {
  const free = [...open]
  const waiting: { readonly request: Buffer; readonly dueAt: number }[] = []
  const latencies: number[] = []
  const delays: number[] = []
  const schedule = makeSchedule(requests.length, perSecond)
  await untilAnswered(requests.length, (answered) => {
    const sendNext = (): void => {
      const connection = free.pop()
      if (connection === undefined) return
      const { request, dueAt } = waiting.shift()!
      delays.push(performance.now() - dueAt)
      connection.ask(request, (error) => {
        latencies.push(performance.now() - dueAt)
        free.push(connection)
        answered(error)
        if (waiting.length > 0) sendNext()
      })
    }
    const start = performance.now()
    let next = 0
    // Never sleeps: a timer would be too late by more than the server takes.
    const turn = (): void => {
      for (const now = performance.now(); next < requests.length && start + schedule[next]! <= now; next++) {
        waiting.push({ request: requests[next]!, dueAt: start + schedule[next]! })
        sendNext()
      }
      if (next < requests.length) setImmediate(turn)
    }
    turn()
  })
  return { latencies, delays }
}

/** Milliseconds from the start at which each request is due: the same for every subject, with gaps like those of independent senders. */
function makeSchedule(count: number, perSecond: number): number[] {
  const random = createRandom(count, 0)
  const steps = 1 << 24
  let at = 0
  return Array.from({ length: count }, () => {
    at -= Math.log((random.integer(steps) + 1) / steps) * (1_000 / perSecond)
    return at
  })
}

/** Resolves when `answered` has been called that often. Rejects on its first error, and when no answer comes for ten seconds. */
function untilAnswered(count: number, begin: (answered: (error?: Error) => void) => void): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let done = 0
    let before = -1
    const watchdog = setInterval(() => {
      if (done === before) reject(new Error(`no answer within ${stallMs} ms`))
      before = done
    }, stallMs)
    const settled = new Promise<void>((settle, fail) => {
      begin((error) => {
        if (error) fail(error)
        else if (++done === count) settle()
      })
    })
    settled.then(resolve, reject).finally(() => clearInterval(watchdog))
  })
}

/**
 * Lets answers gather while this thread sleeps, until it is stopped. Otherwise the server's write has to wake this thread for
 * each answer. On a virtual machine that can take longer than the rest of the request, and it hits the slower server more often.
 */
function startNaps(): () => void {
  const bed = new Int32Array(new SharedArrayBuffer(4))
  let isOver = false
  const turn = (): void => {
    if (isOver) return
    Atomics.wait(bed, 0, 0, napMs)
    setImmediate(turn)
  }
  setImmediate(turn)
  return () => {
    isOver = true
  }
}
