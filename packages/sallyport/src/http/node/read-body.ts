import type { IncomingMessage } from 'node:http'
import { ByteCollector } from '../byte-collector.ts'
import type { BodyLimits } from '../../verify/delivery.ts'
import { SallyportError } from '../../errors/sallyport-error.ts'

/**
 * Reads a request's body within limits. Stops at the limit instead of buffering past it; the rest is left to `discardRest`.
 *
 * @throws SallyportError `BODY_TOO_LARGE`, `BODY_TIMEOUT`, or `BODY_ABORTED` when the sender goes away before the end
 */
export function readBody(request: IncomingMessage, { maxBodyBytes, bodyTimeoutMs }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const body = new ByteCollector()
    const timer = setTimeout(() => finish(new SallyportError('BODY_TIMEOUT')), bodyTimeoutMs)

    function onData(chunk: Buffer): void {
      if (body.length + chunk.length > maxBodyBytes) finish(new SallyportError('BODY_TOO_LARGE'))
      else body.add(chunk)
    }
    const onEnd = (): void => finish()
    const onGone = (): void => finish(new SallyportError('BODY_ABORTED'))

    function finish(error?: SallyportError): void {
      clearTimeout(timer)
      request.off('close', onGone).off('aborted', onGone)
      if (error) {
        request.off('data', onData).off('end', onEnd).pause()
        reject(error)
        return
      }
      resolve(body.take())
    }

    // An aborted upload ends in 'error'; 'close' tells the same and comes always.
    request.on('error', ignore)
    request.on('data', onData).once('end', onEnd).once('close', onGone).once('aborted', onGone)
    if (request.destroyed) onGone()
  })
}

function ignore(): void {}
