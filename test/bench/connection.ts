import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Called when the answer to the request of a connection is complete, or with the reason why there is none. */
export type OnAnswer = (error?: Error) => void

/**
 * One connection that stays open and carries one request at a time. It costs the client little: the bytes of a request are
 * ready, and an answer is read into the same memory each time and compared with the expected one only at its end.
 */
export class Connection {
  readonly #expected: string
  #socket!: Socket
  #onAnswer: OnAnswer | undefined
  /** What has arrived of an answer that came in several parts. */
  #received = ''

  private constructor(expected: string) {
    this.#expected = expected
  }

  /** @param expected the body of every answer */
  static async open(port: number, expected: string): Promise<Connection> {
    const connection = new Connection(expected)
    const onread = {
      buffer: Buffer.allocUnsafe(4096),
      callback: (length: number, bytes: Uint8Array) => connection.#read(bytes as Buffer, length),
    }
    const socket = connect({ port, host: '127.0.0.1', onread }).setNoDelay()
    await once(socket, 'connect')
    socket.on('error', (error) => connection.#end(error))
    socket.on('close', () => connection.#end(new Error('the server closed the connection')))
    connection.#socket = socket
    return connection
  }

  /** Sends a request; the one before must have its answer. */
  ask(request: Buffer, onAnswer: OnAnswer): void {
    this.#onAnswer = onAnswer
    if (this.#socket.destroyed) this.#end(new Error('the server has closed the connection'))
    else this.#socket.write(request)
  }

  close(): void {
    this.#socket.destroy()
  }

  #read(bytes: Buffer, length: number): boolean {
    const expected = this.#expected
    if (
      this.#received === '' &&
      isSuccess(bytes) &&
      bytes.toString('latin1', length - expected.length, length) === expected
    ) {
      this.#end()
      return true
    }
    const answer = (this.#received += bytes.toString('latin1', 0, length))
    if (!isComplete(answer)) return true
    this.#received = ''
    const isExpected = answer.startsWith('HTTP/1.1 2') && answer.endsWith(expected)
    this.#end(isExpected ? undefined : new Error(`unexpected answer:\n${answer}`))
    return true
  }

  #end(error?: Error): void {
    const onAnswer = this.#onAnswer
    this.#onAnswer = undefined
    onAnswer?.(error)
  }
}

const two = '2'.charCodeAt(0)

/** Whether an answer begins with `HTTP/1.1 2`. */
function isSuccess(bytes: Buffer): boolean {
  return bytes[9] === two
}

function isComplete(received: string): boolean {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(received)?.[1]
  // Without a length it is not the expected one.
  return length === undefined || received.length >= end + 4 + Number(length)
}
