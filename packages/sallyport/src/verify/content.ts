import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { SallyportError } from '../errors/sallyport-error.ts'
import type { ContentEncoding, Provider } from './provider.ts'

const decoders = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) } as const

/** The two views of a body: the bytes the signature covers, and the decoded content. The same bytes unless compressed. */
export interface Content {
  readonly signed: Uint8Array
  readonly decoded: Uint8Array
}

/**
 * Undoes a content encoding the provider allows, within the receiver's body limit.
 *
 * @throws SallyportError `BODY_TOO_LARGE` when the decoded body exceeds the limit, `CONTENT_ENCODING_INVALID` when it is damaged
 */
export function decodeContent(
  body: Uint8Array,
  encoding: ContentEncoding | undefined,
  provider: Provider,
  maxBodyBytes: number,
): Content | Promise<Content> {
  return encoding === undefined ? { signed: body, decoded: body } : decompress(body, encoding, provider, maxBodyBytes)
}

async function decompress(
  body: Uint8Array,
  encoding: ContentEncoding,
  provider: Provider,
  maxBodyBytes: number,
): Promise<Content> {
  try {
    const decoded = await decoders[encoding](body, { maxOutputLength: maxBodyBytes })
    return { decoded, signed: provider.contentEncoding?.signed === 'decoded' ? decoded : body }
  } catch (cause) {
    const isTooLarge = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw new SallyportError(isTooLarge ? 'BODY_TOO_LARGE' : 'CONTENT_ENCODING_INVALID', undefined, { cause })
  }
}
