import { createServer as createHttpServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { createServer as createHttp2Server, createSecureServer as createSecureHttp2Server } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import { certificate } from './certificate.ts'

/** How a server is reached. */
export type Transport = 'HTTP/1.1' | 'HTTPS' | 'HTTP/2 cleartext' | 'HTTP/2'

export const isEncrypted = (transport: Transport): boolean => transport === 'HTTPS' || transport === 'HTTP/2'
export const isHttp2 = (transport: Transport): boolean => transport.startsWith('HTTP/2')

/** Makes a server. The one for HTTP/2 over TLS also speaks HTTP/1.1. Its type is that of HTTP/1, as frameworks have it. */
export function createServerFor(transport: Transport, listener: RequestListener, options: ServerOptions = {}): Server {
  const http2Listener = listener as never
  switch (transport) {
    case 'HTTP/1.1':
      return createHttpServer(options, listener)
    case 'HTTPS':
      return createHttpsServer({ ...options, ...certificate }, listener)
    case 'HTTP/2 cleartext':
      return createHttp2Server(http2Listener) as unknown as Server
    case 'HTTP/2':
      return createSecureHttp2Server({ ...certificate, allowHTTP1: true }, http2Listener) as unknown as Server
  }
}
