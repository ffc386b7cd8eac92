import type { IncomingMessage } from 'node:http'
import { types } from 'node:util'
import { isOwnError, SallyportError, tryRead } from '../errors/sallyport-error.ts'
import type { BodyLimits } from '../verify/delivery.ts'

// A sender that announces more than it sends must not cost much memory.
const believedFrom = 1 / 16

const empty = Buffer.alloc(0)

/**
 * Collects a body in one buffer that doubles when it is full. A list of pieces would cost more than a hundred times their size
 * when a sender makes every piece one byte long. Once a sixteenth of an announced length has arrived, the buffer gets that
 * length: a large body is not copied again and again.
 */
export class ByteCollector {
  readonly #announced: () => unknown
  #bytes: Buffer = empty
  #length = 0

  /** @param announced reads `Content-Length`, if there is one; asked only for a body of several pieces */
  constructor(announced: () => unknown = ignore) {
    this.#announced = announced
  }

  get length(): number {
    return this.#length
  }

  /** Copies a piece, so that a host may use its memory again. */
  add(piece: Uint8Array): void {
    const length = this.#length + piece.byteLength
    if (length > this.#bytes.length) this.#grow(length)
    this.#bytes.set(piece, this.#length)
    this.#length = length
  }

  /**
   * Adds a piece that nobody writes to any more. The first, usually the only one, is kept as it is if it has its memory to itself:
   * then it keeps no other memory alive.
   */
  adopt(piece: Buffer): void {
    const isAlone = piece.byteLength === piece.buffer.byteLength
    if (this.#length > 0 || !isAlone || !Buffer.isBuffer(piece)) return this.add(piece)
    this.#bytes = piece
    this.#length = piece.byteLength
  }

  /** All bytes so far; add nothing afterwards. */
  take(): Buffer {
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, this.#length)
  }

  #grow(least: number): void {
    // The first piece is usually the only one, and gets a buffer of its size.
    const bytes = Buffer.allocUnsafeSlow(this.#length === 0 ? least : this.#nextSize(least))
    this.#bytes.copy(bytes, 0, 0, this.#length)
    this.#bytes = bytes
  }

  #nextSize(least: number): number {
    // Only a hint: a host without headers of this form has none.
    const announced = Number(tryRead(this.#announced, undefined))
    const isBelieved = announced >= least && announced * believedFrom <= least
    return isBelieved ? announced : Math.max(least, 2 * this.#bytes.length)
  }
}

/**
 * Reads a Node request's body within limits. Stops at the limit instead of buffering past it; `discardRest` handles the rest.
 *
 * @param isNodes whether Node itself reads the body, which writes to no piece again
 * @throws SallyportError `BODY_TOO_LARGE`, `BODY_TIMEOUT`, or `BODY_ABORTED` when the sender disconnects before the end
 */
export function readBody(
  request: IncomingMessage,
  { maxBodyBytes, bodyTimeoutMs }: BodyLimits,
  isNodes: boolean,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const body = new ByteCollector(() => request.headers['content-length'])
    const timer = setTimeout(() => finish(new SallyportError('BODY_TIMEOUT')), bodyTimeoutMs)

    function onData(chunk: Buffer): void {
      if (!types.isUint8Array(chunk)) finish(new SallyportError('BODY_ALREADY_PARSED', decodedToText))
      else if (body.length + chunk.length > maxBodyBytes) finish(new SallyportError('BODY_TOO_LARGE'))
      else if (isNodes) body.adopt(chunk)
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

    // An aborted upload emits 'error'; 'close' says the same and is always emitted.
    request.on('error', ignore)
    request.on('data', onData).once('end', onEnd).once('close', onGone).once('aborted', onGone)
    if (request.destroyed) onGone()
  })
}

function ignore(): void {}

const decodedToText =
  'the host delivers the body as text, but the signature covers the exact bytes; remove its setEncoding or text decoder'

/**
 * Reads a web stream within limits.
 *
 * @param announced reads the length that the head announces, if it does
 * @throws SallyportError `BODY_TOO_LARGE`, `BODY_TIMEOUT`, `BODY_ABORTED`
 */
export function readStream(
  stream: ReadableStream<Uint8Array>,
  { maxBodyBytes, bodyTimeoutMs }: BodyLimits,
  announced: () => unknown,
): Promise<Buffer> {
  const reader = stream.getReader()
  let isLate = false

  // No race of every read against one long promise: that would keep a reaction for each.
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      isLate = true
      reject(new SallyportError('BODY_TIMEOUT'))
    }, bodyTimeoutMs)
    collect()
      .then(resolve, (cause: unknown) => {
        reject(isOwnError(cause) ? cause : new SallyportError('BODY_ABORTED', undefined, { cause }))
      })
      .finally(() => {
        clearTimeout(timer)
        // Not cancelled: some hosts would close the connection before the answer is sent. They discard the rest themselves.
        reader.releaseLock()
      })
  })

  async function collect(): Promise<Buffer> {
    const body = new ByteCollector(announced)
    for (;;) {
      const { done, value } = await reader.read()
      if (done || isLate) return body.take()
      if (!types.isUint8Array(value)) throw new SallyportError('BODY_ALREADY_PARSED', decodedToText)
      if (body.length + value.byteLength > maxBodyBytes) throw new SallyportError('BODY_TOO_LARGE')
      body.add(value)
    }
  }
}
