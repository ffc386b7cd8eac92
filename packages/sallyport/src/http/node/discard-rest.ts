import type { IncomingMessage } from 'node:http'

// As nginx's lingering_time: long enough for an honest sender to read the answer, short enough not to be a free upload.
const lingerMs = 5_000

/**
 * Lets the unread rest of a refused upload run into nothing, so that the sender gets to read the answer (a socket closed
 * over unread data resets the connection) and the connection can be used again; cuts it off after five seconds.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.readableEnded || request.destroyed) return
  request.on('error', () => {})
  const timer = setTimeout(() => request.destroy(), lingerMs)
  timer.unref()
  const stop = (): void => clearTimeout(timer)
  request.once('end', stop).once('close', stop)
  request.resume()
}
