import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request as it was on the wire. */
export interface Wire {
  readonly line: string
  /** Header lines in order. */
  readonly headers: readonly string[]
  readonly body: Buffer
}

/** An app that keeps the bytes of each request. */
export interface RawApp {
  readonly url: string
  readonly requests: Wire[]
}

/** Starts an app on a bare socket. @param answer written as it is, after the whole request; `undefined` never answers */
export async function startRawApp(
  answer: (wire: Wire) => string | Buffer | undefined = () => 'HTTP/1.1 204 No Content\r\n\r\n',
): Promise<RawApp> {
  const requests: Wire[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let bytes = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (piece) => {
      bytes = Buffer.concat([bytes, piece])
      const wire = toWire(bytes)
      if (wire === undefined) return
      bytes = Buffer.alloc(0)
      requests.push(wire)
      const text = answer(wire)
      if (text !== undefined) socket.end(typeof text === 'string' ? Buffer.from(text, 'latin1') : text)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

/** Sends bytes as they are, and resolves with the whole answer once the other side has closed. */
export async function sendRaw(url: string, bytes: Buffer): Promise<Wire> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const pieces: Buffer[] = []
  socket.on('data', (piece) => pieces.push(piece))
  socket.write(bytes)
  await once(socket, 'close')
  const whole = Buffer.concat(pieces)
  return split(whole) ?? { line: '', headers: [], body: whole }
}

/** The whole request; `undefined` before it is complete. Only `Content-Length` frames a body. */
function toWire(bytes: Buffer): Wire | undefined {
  const wire = split(bytes)
  if (wire === undefined) return undefined
  const [, length = '0'] = /^content-length: *(\d+)$/im.exec(wire.headers.join('\n')) ?? []
  return wire.body.length < Number(length) ? undefined : wire
}

function split(bytes: Buffer): Wire | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [line = '', ...headers] = bytes.toString('latin1', 0, end).split('\r\n')
  return { line, headers, body: bytes.subarray(end + 4) }
}
