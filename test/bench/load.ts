import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Sends requests over connections that stay open, one at a time per connection. */
export interface LoadClient {
  /**
   * Sends every request once.
   *
   * @param latencies gets the milliseconds of each request
   * @returns milliseconds from the first byte out to the last byte in
   */
  send(requests: readonly Buffer[], latencies?: number[]): Promise<number>
  close(): void
}

const stallMs = 10_000
const napMs = 1

/**
 * Opens connections to a bench server on this machine. Writes prepared bytes and reads only the end of an answer: on few
 * cores, a client that does more would distort the result.
 *
 * @param expected text every answer must contain
 */
export async function openLoad(port: number, connections: number, expected: string): Promise<LoadClient> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))

  return {
    async send(requests, latencies) {
      const pending = requests.values()
      const stop = startNaps()
      try {
        const start = performance.now()
        await Promise.all(sockets.map((socket) => work(socket, pending, { expected, latencies })))
        return performance.now() - start
      } finally {
        stop()
      }
    },
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
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

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay().setTimeout(stallMs)
  await once(socket, 'connect')
  return socket
}

/** Sends pending requests over one connection, each once the previous answer is complete. */
function work(
  socket: Socket,
  pending: Iterator<Buffer>,
  { expected, latencies }: { expected: string; latencies: number[] | undefined },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = ''
    let sentAt = 0
    const finish = (error?: Error): void => {
      socket.off('data', onData).off('timeout', onTimeout).off('close', onClose).off('error', finish)
      if (error) reject(error)
      else resolve()
    }
    const next = (): void => {
      const { done, value } = pending.next()
      if (done) return finish()
      sentAt = performance.now()
      socket.write(value)
    }
    const onData = (chunk: Buffer): void => {
      received += chunk.toString('latin1')
      if (!isComplete(received)) return
      const isExpected = received.startsWith('HTTP/1.1 20') && received.includes(expected)
      if (!isExpected) return finish(new Error(`unexpected answer:\n${received}`))
      latencies?.push(performance.now() - sentAt)
      received = ''
      next()
    }
    const onTimeout = (): void => finish(new Error(`no answer within ${stallMs} ms`))
    const onClose = (): void => finish(new Error('the server closed the connection'))
    if (socket.destroyed) return reject(new Error('the server has closed the connection'))
    socket.on('data', onData).on('timeout', onTimeout).on('close', onClose).on('error', finish)
    next()
  })
}

function isComplete(received: string): boolean {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(received)?.[1]
  if (length === undefined) throw new Error(`an answer without content-length:\n${received}`)
  return received.length >= end + 4 + Number(length)
}
