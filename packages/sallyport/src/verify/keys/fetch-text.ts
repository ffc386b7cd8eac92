/** The part of `fetch` that keys need. */
export type FetchKey = (url: URL, init: RequestInit) => Promise<Response>

/** The global one at the time of the call: some hosts set it late, and refuse it without its global. */
export const fetchGlobally: FetchKey = (url, init) => globalThis.fetch(url, init)

/** Bounds of one fetch. */
export interface FetchTextOptions {
  readonly fetch: FetchKey
  /** Most bytes of the answer, decompressed. */
  readonly maxBytes: number
  /** Ends the fetch. */
  readonly signal: AbortSignal
}

/**
 * Fetches a small text over HTTPS: no redirects, no credentials, within bounds.
 *
 * @throws Error saying what the host answered, without its text
 */
export async function fetchText(url: URL, { fetch, maxBytes, signal }: FetchTextOptions): Promise<string> {
  if (url.protocol !== 'https:') throw new Error(`${url.host} is not asked without HTTPS`)
  const response = await fetch(url, {
    // Its answer is no 200. Workers refuse `error`.
    redirect: 'manual',
    credentials: 'omit',
    cache: 'no-store',
    headers: { accept: '*/*', 'accept-encoding': 'identity' },
    signal,
  })
  try {
    // A fetch of the user's own may follow redirects all the same.
    if (response.redirected) throw new Error(`${url.host} answered with a redirect`)
    if (response.status !== 200) throw new Error(`${url.host} answered ${response.status}`)
    return await readBounded(response, url, maxBytes)
  } catch (error) {
    await response.body?.cancel().catch(() => {})
    throw error
  }
}

async function readBounded(response: Response, url: URL, maxBytes: number): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  if (response.body !== null) {
    for await (const piece of response.body) {
      size += piece.byteLength
      if (size > maxBytes) throw new Error(`${url.host} answered with more than ${maxBytes} bytes`)
      pieces.push(piece)
    }
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces))
}
