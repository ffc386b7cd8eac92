import { PlatformError, type PlatformErrorFacts } from '../platform-error.ts'
import type { CallOptions, Settings } from './options.ts'
import { checkTimeout } from './options.ts'
import { readAnswer } from './read-answer.ts'

/** An answer with its complete body. */
export interface Answer {
  readonly response: Response
  readonly content: Uint8Array
}

/**
 * Sends one request, with a time limit, without following redirects, and reads a bounded answer.
 *
 * @throws PlatformError `PLATFORM_TIMEOUT`, `PLATFORM_ABORTED`, `PLATFORM_NETWORK`, `PLATFORM_RESPONSE_TOO_LARGE`
 */
export async function send(
  url: string,
  request: {
    readonly method: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string | undefined
  },
  settings: Settings,
  call: CallOptions,
  facts: PlatformErrorFacts,
): Promise<Answer> {
  const timeoutMs = call.timeoutMs === undefined ? settings.timeoutMs : checkTimeout(call.timeoutMs, settings.platform)
  const controller = new AbortController()
  const stopped = Promise.withResolvers<never>()
  // Prevents an unhandled rejection.
  stopped.promise.catch(() => {})
  const stop = (error: PlatformError): void => {
    stopped.reject(error)
    controller.abort()
  }
  const abort = (): void => stop(new PlatformError('PLATFORM_ABORTED', facts))
  const signals = [settings.signal, call.signal].filter((signal) => signal !== undefined)
  if (signals.some(({ aborted }) => aborted)) throw new PlatformError('PLATFORM_ABORTED', facts)
  for (const signal of signals) signal.addEventListener('abort', abort, { once: true })
  const timer = setTimeout(
    () => stop(new PlatformError('PLATFORM_TIMEOUT', { ...facts, detail: `${timeoutMs} ms` })),
    timeoutMs,
  )
  try {
    // Raced, because a custom `fetch` may ignore its signal.
    return await Promise.race([stopped.promise, exchange()])
  } catch (error) {
    throw PlatformError.is(error) ? error : new PlatformError('PLATFORM_NETWORK', { ...facts, detail: nameOf(error) })
  } finally {
    clearTimeout(timer)
    for (const signal of signals) signal.removeEventListener('abort', abort)
  }

  async function exchange(): Promise<Answer> {
    const { body, ...rest } = request
    const { fetch } = settings
    const response = await fetch(url, {
      ...rest,
      body: body ?? null,
      redirect: 'manual',
      signal: controller.signal,
    })
    return { response, content: await readAnswer(response, settings.maxResponseBytes, facts) }
  }
}

const systemCode = /^[A-Z][A-Z0-9_]{2,40}$/

/** Returns the system's error code, such as `ECONNREFUSED`. The rest of the error may quote the request. */
function nameOf(error: unknown): string | undefined {
  for (let next = error, depth = 0; depth < 5 && typeof next === 'object' && next !== null; depth++) {
    const { code, cause } = next as { code?: unknown; cause?: unknown }
    if (typeof code === 'string' && systemCode.test(code)) return code
    next = cause
  }
  return undefined
}
