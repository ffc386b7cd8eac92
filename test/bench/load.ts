import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Requests in a row over a few connections that stay open, one at a time on each. */
export interface LoadClient {
  /**
   * Sends every request once.
   *
   * @returns milliseconds from the first byte out to the last byte in
   */
  send(requests: readonly Buffer[]): Promise<number>
  close(): void
}

const stallMs = 10_000

/**
 * Opens connections to a server of ours on this machine. Writes prepared bytes and looks only for the end of an answer:
 * on a machine with few cores, a client that does more would be what is measured.
 *
 * @param expected text every answer must contain
 */
export async function openLoad(port: number, connections: number, expected: string): Promise<LoadClient> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))

  return {
    async send(requests) {
      const pending = requests.values()
      const start = performance.now()
      await Promise.all(sockets.map((socket) => work(socket, pending, expected)))
      return performance.now() - start
    },
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay().setTimeout(stallMs)
  await once(socket, 'connect')
  return socket
}

/** Sends what is pending over one connection, each request when the answer to the one before is complete. */
function work(socket: Socket, pending: Iterator<Buffer>, expected: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = ''
    const finish = (error?: Error): void => {
      socket.off('data', onData).off('timeout', onTimeout).off('close', onClose).off('error', finish)
      if (error) reject(error)
      else resolve()
    }
    const next = (): void => {
      const { done, value } = pending.next()
      if (done) finish()
      else socket.write(value)
    }
    const onData = (chunk: Buffer): void => {
      received += chunk.toString('latin1')
      if (!isComplete(received)) return
      const isExpected = received.startsWith('HTTP/1.1 200 ') && received.includes(expected)
      if (!isExpected) return finish(new Error(`unexpected answer:\n${received}`))
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
