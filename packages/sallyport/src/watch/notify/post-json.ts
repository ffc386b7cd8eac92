/** How a notice is posted. */
export interface PostOptions {
  readonly headers: () => Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
  /** Milliseconds for one try. */
  readonly timeoutMs: number
  /** Milliseconds before the second try; twice as long before the third. */
  readonly retryMs: number
  /** Whether to try no further. */
  readonly isOver: () => boolean
}

const tries = 3
const worthAnotherTry = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * Posts JSON: no redirects, three tries.
 *
 * @throws Error with what the host answered; without the path of the URL, which may be a credential
 */
export async function postJson(url: URL, options: PostOptions): Promise<void> {
  for (let tried = 1; ; tried++) {
    const answer = await post(url, options)
    if (typeof answer === 'number' && answer >= 200 && answer < 300) return
    const isFinal = tried === tries || (typeof answer === 'number' && !worthAnotherTry.has(answer))
    if (!isFinal && !options.isOver())
      await new Promise((resolve) => setTimeout(resolve, options.retryMs * 2 ** (tried - 1)))
    if (isFinal || options.isOver())
      throw new Error(`${url.host} ${typeof answer === 'number' ? `answered ${answer}` : answer}`)
  }
}

/** The status, or why there is none. */
async function post(url: URL, { headers, body, timeoutMs }: PostOptions): Promise<number | string> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      // Signed again for each try: a receiver compares the time with its clock.
      headers: { 'content-type': 'application/json', 'user-agent': 'sallyport-watch', ...headers() },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(Math.ceil(timeoutMs)),
    })
    await response.body?.cancel().catch(() => {})
    return response.status
  } catch (error) {
    const { name, cause } = error as { readonly name?: string; readonly cause?: { readonly code?: unknown } }
    if (name === 'TimeoutError') return `did not answer within ${timeoutMs} ms`
    return `cannot be reached${typeof cause?.code === 'string' ? `: ${cause.code}` : ''}`
  }
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** Whether a URL is of this computer, where nobody reads along. */
export const isLoopback = (url: URL): boolean => loopback.test(url.hostname)
