import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { Readable } from 'node:stream'
import { ConsoleError } from './console-error.ts'

/** The beginning of a body. */
export interface ReadBody {
  readonly bytes: Uint8Array
  /** Whether there is more. */
  readonly isCut: boolean
}

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/**
 * Decompresses the beginning of a body, never more of it: a small body may decompress to a huge one.
 *
 * @throws ConsoleError `CONSOLE_BODY_UNREADABLE`
 */
export async function decodeUpTo(body: Uint8Array, encoding: string | undefined, most: number): Promise<ReadBody> {
  const decoder = encoding === undefined ? undefined : decoders[encoding]
  if (decoder === undefined) return cut(body, most)
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of Readable.from([body]).pipe(decoder())) {
      chunks.push(chunk as Uint8Array)
      length += (chunk as Uint8Array).byteLength
      if (length > most) break
    }
  } catch (cause) {
    throw new ConsoleError('CONSOLE_BODY_UNREADABLE', undefined, { cause })
  }
  return cut(Buffer.concat(chunks), most)
}

/** The first bytes. */
export function cut(body: Uint8Array, most: number): ReadBody {
  return { bytes: body.subarray(0, most), isCut: body.byteLength > most }
}
