import { decodeBody, findSecretFlaw } from 'sallyport/provider'
import type * as z from 'zod'
import { PlatformError, type PlatformErrorFacts } from '../platform-error.ts'
import { toPath, toQuery } from './address.ts'
import type { CallOptions, Settings } from './options.ts'
import { describePlace } from './place.ts'
import { publish } from './report.ts'
import { nextWait } from './retry.ts'
import { send, type Answer } from './send.ts'
import { toAnswerError } from './to-error.ts'

/** One call of a platform's API. */
export interface ApiCall<Schema extends z.ZodType> {
  /** Shown in errors and reports, such as `webhooks.register`. */
  readonly operation: string
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** Path segments, not yet encoded. */
  readonly path: readonly string[]
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: Readonly<Record<string, unknown>> | undefined
  /** Credentials in the body, kept out of errors. */
  readonly secrets?: readonly (string | undefined)[]
  /** Whether the call is idempotent and may be retried. @default true, except for POST */
  readonly isRepeatable?: boolean | undefined
  readonly answer: Schema
}

/** Makes calls. */
export type Transport = <Schema extends z.ZodType>(
  call: ApiCall<Schema>,
  options?: CallOptions,
) => Promise<z.output<Schema>>

/** Creates a transport over HTTP that retries idempotent calls and validates answers. */
export function createTransport(settings: Settings): Transport {
  return async (call, options = {}) => {
    const facts: PlatformErrorFacts = { platform: settings.platform, operation: call.operation }
    checkSecrets(call.secrets, facts)
    const { isRepeatable = call.method !== 'POST' } = call
    for (let attempt = 1; ; attempt++) {
      const startedAt = settings.now()
      const report = (about: { status?: number | undefined; error?: unknown; retryInMs?: number | undefined }): void =>
        publish({
          platform: settings.platform,
          operation: call.operation,
          method: call.method,
          attempt,
          durationMs: settings.now() - startedAt,
          status: about.status,
          code: PlatformError.is(about.error) ? about.error.code : undefined,
          retryInMs: about.retryInMs,
        })
      try {
        const { response, content } = await attemptOnce(call, options, facts, attempt)
        const value = readContent(content, call.answer, { ...facts, status: response.status })
        report({ status: response.status })
        return value
      } catch (error) {
        const retryInMs = isRepeatable ? nextWait(error, attempt, settings.retry, settings.random()) : undefined
        report({ status: PlatformError.is(error) ? error.status : undefined, error, retryInMs })
        if (retryInMs === undefined) throw error
        await settings.wait(retryInMs, anyOf(settings.signal, options.signal))
      }
    }
  }

  async function attemptOnce(
    call: ApiCall<z.ZodType>,
    options: CallOptions,
    facts: PlatformErrorFacts,
    attempt: number,
  ): Promise<Answer> {
    const url = settings.address + toPath(call.path) + toQuery(call.query)
    const body = call.body === undefined ? undefined : JSON.stringify(call.body)
    const headers = body === undefined ? settings.headers : { ...settings.headers, 'content-type': 'application/json' }
    const answer = await send(url, { method: call.method, headers, body }, settings, options, facts)
    const { status } = answer.response
    if (status >= 200 && status < 300) return answer
    // The first try may have deleted it, and its answer was lost.
    if (call.method === 'DELETE' && attempt > 1 && status === 404) return { ...answer, content: new Uint8Array() }
    const secrets = [settings.apiKey, ...(call.secrets ?? [])].filter((secret) => secret !== undefined)
    throw toAnswerError(answer.response, answer.content, facts, { now: settings.now(), secrets })
  }
}

// A receiver would refuse what surrounds such a secret, and the platform would sign with it.
function checkSecrets(secrets: readonly (string | undefined)[] = [], facts: PlatformErrorFacts): void {
  for (const secret of secrets) {
    const flaw = typeof secret === 'string' ? findSecretFlaw(secret) : undefined
    if (flaw !== undefined) throw new PlatformError('PLATFORM_OPTION_INVALID', { ...facts, detail: `a secret ${flaw}` })
  }
}

/** Validates an answer. An empty one, such as a 204, counts as `{}`. */
function readContent<Schema extends z.ZodType>(
  content: Uint8Array,
  schema: Schema,
  facts: PlatformErrorFacts,
): z.output<Schema> {
  const decoded = content.byteLength === 0 ? ({ ok: true, body: {} } as const) : decodeBody(content)
  if (!decoded.ok) {
    throw new PlatformError('PLATFORM_RESPONSE_INVALID', { ...facts, detail: 'the body is not a JSON object in UTF-8' })
  }
  const parsed = schema.safeParse(decoded.body)
  if (parsed.success) return parsed.data
  const places = parsed.error.issues.slice(0, 10).map(describePlace)
  throw new PlatformError('PLATFORM_RESPONSE_INVALID', { ...facts, detail: `unexpected value at ${places.join(', ')}` })
}

function anyOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined)
  return given.length < 2 ? given[0] : AbortSignal.any(given)
}
