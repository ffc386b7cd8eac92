import type { JsonObject } from '../verify/decode.ts'
import { parts } from '../verify/schemes/message.ts'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { defineProvider, type Provider } from '../verify/provider.ts'
import { readId } from '../verify/exact-json.ts'
import { fromBody } from '../verify/freshness.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import type { Scheme } from '../verify/schemes/scheme.ts'
import { withRequiredHeader } from '../verify/schemes/with-required-header.ts'
import { langsmithEvents, type LangsmithEvents } from './langsmith-events.ts'

export type { LangsmithEvents }

/** Options of `langsmith`. */
export interface LangsmithOptions {
  /**
   * Headers that the webhook was given in LangSmith, by name. Deliveries without them are refused before their body is read.
   * A list allows any of its values. Checked in addition to the signature, never instead of it. @default none
   */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined
}

const rules: OptionRules<LangsmithOptions> = { headers: allow.record }

const hour = 3_600_000

const signed = hmac({
  header: 'x-langsmith-signature',
  prefix: 'sha256=',
  encoding: 'hex',
  signed: [parts.body],
  freshness: fromBody('created', 'seconds'),
})

// LangSmith sends again after 408, 425, 429 and 5xx only; any other 4xx loses the event. What a new secret, another
// header or a clock that is set right would let pass is therefore "too early" (RFC 8470), so that the next attempt counts.
const tooEarly = 425

/**
 * LangSmith: commits of agents and skills in the Context Hub, and issues of the Engine. `X-LangSmith-Signature: sha256=<hex>`,
 * HMAC-SHA256 over the body, the key is the whole signing secret as text. The signed `id` finds duplicates, the signed
 * `created` limits the age to a day: LangSmith sends the same bytes up to 4 times, and promises no time for it. Refusals that
 * a later attempt may pass are answered with 425, because LangSmith gives an event up after most 4xx. `event.data` is the
 * body's `data`, with `request_id` of an Engine event.
 *
 * Documents: https://docs.langchain.com/langsmith/context-hub-webhooks and
 * https://docs.langchain.com/langsmith/engine-webhooks, read in November 2026.
 *
 * @throws SallyportError `SECRET_INVALID` for a required header without a value
 * @example
 * createReceiver(langsmith(), { secret: process.env.LANGSMITH_WEBHOOK_SECRET })
 *   .on('context_hub.commit.created.v1', ({ data }) => console.log(data.commit.repo_handle, data.commit.commit_hash))
 */
export function langsmith(options: LangsmithOptions = {}): Provider<LangsmithEvents> {
  checkOptions('langsmith()', options, rules)
  const { headers = {} } = options
  return defineProvider({
    name: 'langsmith',
    scheme: Object.entries(headers).reduce(requireHeader, signed),
    identify: ({ body }) => ({ id: readId(body, 'id'), type: body['type'], data: toData(body) }),
    events: langsmithEvents,
    about: {
      title: 'LangSmith',
      source: 'https://docs.langchain.com/langsmith/context-hub-webhooks',
      readOn: '2026-11-29',
      notSigned: ['the headers you choose'],
      vectors: 'none published',
    },
    toleranceMs: 24 * hour,
    // It waits 20 s for an answer, the transfer of the body included.
    handlerTimeoutMs: 15_000,
    statuses: {
      SIGNATURE_MISMATCH: tooEarly,
      CREDENTIAL_MISSING: tooEarly,
      CREDENTIAL_MISMATCH: tooEarly,
      SECRET_UNKNOWN: tooEarly,
      TIMESTAMP_FUTURE: tooEarly,
    },
  })
}

// An unset environment variable must not drop the check silently: `undefined` is no value.
function requireHeader(scheme: Scheme, [name, values]: [string, string | readonly string[] | undefined]): Scheme {
  return withRequiredHeader(scheme, name, typeof values === 'string' ? [values] : (values ?? []))
}

function toData({ data, request_id }: JsonObject): unknown {
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data)
  return isObject && request_id !== undefined ? { request_id, ...data } : data
}
