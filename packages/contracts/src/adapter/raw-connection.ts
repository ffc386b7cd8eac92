import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { cutResponse, type RawResponse } from './raw-response.ts'

/** A connection over TCP or TLS that sends any bytes, valid HTTP or not. */
export interface RawConnection {
  send(...pieces: readonly (string | Uint8Array)[]): void
  /** Sends, and waits until the socket has written all bytes. */
  flush(bytes: Uint8Array): Promise<void>
  /**
   * The next final response; interim ones (1xx) are skipped.
   *
   * @param method of the request it answers
   * @throws Error when the connection ends first
   */
  read(method?: string): Promise<RawResponse>
  /** The next response, interim or final. */
  readAny(method?: string): Promise<RawResponse>
  /** Statuses of the next final responses; fewer when the connection ends first. */
  statuses(count: number): Promise<number[]>
  /** Resolves when the server has closed the connection, or this side has. */
  readonly closed: Promise<void>
  /** The error that broke the connection. */
  readonly failure: Error | undefined
  /** Ends the sending side. */
  end(): void
  /** Resets the connection. */
  reset(): void
}

/** Opens a connection to the host and port of a URL; over TLS for `https`, with any certificate. */
export async function connectRaw(url: string): Promise<RawConnection> {
  const { protocol, hostname, port } = new URL(url)
  const tcp = connect(Number(port), hostname)
  tcp.setNoDelay(true)
  const isEncrypted = protocol === 'https:'
  const socket = isEncrypted ? connectTls({ socket: tcp, rejectUnauthorized: false }) : tcp
  let received: Buffer = Buffer.alloc(0)
  let wake = Promise.withResolvers<void>()
  let isOver = false
  let failure: Error | undefined

  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    stir()
  })
  socket
    .on('end', over)
    .on('close', over)
    .on('error', (error) => {
      failure = error
      over()
    })
  // Not `once`: a reset after the answer is an error, but counts as a close.
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  await once(socket, isEncrypted ? 'secureConnect' : 'connect')

  function over(): void {
    isOver = true
    stir()
  }

  function stir(): void {
    wake.resolve()
    wake = Promise.withResolvers<void>()
  }

  /** The next response; `undefined` when the connection ends first. */
  async function take(method = 'POST'): Promise<RawResponse | undefined> {
    for (;;) {
      const cut = cutResponse(received, method === 'HEAD', isOver)
      if (cut) {
        received = cut.rest
        return cut.response
      }
      if (isOver) return undefined
      await wake.promise
    }
  }

  async function readAny(method?: string): Promise<RawResponse> {
    const response = await take(method)
    if (response) return response
    throw new Error(`the connection ended before a response: ${JSON.stringify(received.toString('latin1'))}`)
  }

  return {
    closed,
    readAny,
    get failure() {
      return failure
    },
    flush: (bytes) => new Promise((resolve) => socket.write(bytes, () => resolve())),
    send(...pieces) {
      socket.write(
        Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece))),
      )
    },
    async read(method) {
      for (;;) {
        const response = await readAny(method)
        if (response.status >= 200) return response
      }
    },
    async statuses(count) {
      const statuses: number[] = []
      while (statuses.length < count) {
        const response = await take()
        if (!response) break
        if (response.status >= 200) statuses.push(response.status)
      }
      return statuses
    },
    end: () => socket.end(),
    reset: () => tcp.resetAndDestroy(),
  }
}
