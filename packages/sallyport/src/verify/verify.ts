import { describeError, type ErrorCode } from '../errors/error-codes.ts'
import { InvalidPayloadError, isOwnError, SallyportError } from '../errors/sallyport-error.ts'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { createAuthentication, inspectHead, prove, readSignedContent } from './authenticate.ts'
import { decodeBody, toBytes, type JsonObject } from './decode.ts'
import type { Delivery } from './delivery.ts'
import type { VerifiedEvent } from './event.ts'
import { toHead } from './head.ts'
import type { HeadersInput } from './header-list.ts'
import { identifyEvent } from './identify.ts'
import { checkProvider } from './check-provider.ts'
import { toVerifierSettings, verifierRules, type VerifierOptions } from './options.ts'
import type { EventMap, Provider } from './provider.ts'
import { createKeySource } from './secrets.ts'
import { validateData } from './validate.ts'
import { isPromise, isRefusal, type Refusal } from './verdict.ts'

/** A request to verify. */
export interface VerifyRequest {
  /** A plain object, `Headers`, pairs, or Node's flat `rawHeaders`. */
  readonly headers: HeadersInput
  /** The exact bytes of the body. Text is rejected: the signature covers bytes, and decoding may have changed them. */
  readonly body: Uint8Array
  /** HTTP method; anything but POST is rejected. @default 'POST' */
  readonly method?: string | undefined
  /** Path and query, for senders that sign them. @default '' */
  readonly url?: string | undefined
  /** When the request arrived: milliseconds since 1970. @default now */
  readonly receivedAt?: number | undefined
  /** Whether the connection was encrypted, for providers that require HTTPS. */
  readonly secure?: boolean | undefined
}

/** Options of `verify` and `safeVerify`: the request, the secret and the limits. */
export interface VerifyOptions extends VerifyRequest, VerifierOptions {}

/** Why a request did not verify. */
export interface VerifyFailure {
  readonly ok: false
  readonly code: ErrorCode
  readonly title: string
  /** What to do about it. */
  readonly fix: string
  /** HTTP status to answer with. */
  readonly status: number
  /** The error `verify` throws. Its message is for operators. */
  readonly error: SallyportError<ErrorCode>
}

/** What `safeVerify` returns. */
export type VerifyResult<Events extends EventMap> =
  | { readonly ok: true; readonly event: VerifiedEvent<Events> }
  | VerifyFailure

/** A verified delivery: which key matched, the parsed body and the signed time (milliseconds since 1970). */
export interface Verified {
  readonly ok: true
  readonly keyId: string
  readonly body: JsonObject
  readonly signedAt?: number | undefined
}

/** `verify` with the keys prepared once. */
export interface Verifier<Events extends EventMap = EventMap> {
  /** Like `verify`, without its options. @throws SallyportError */
  verify(request: VerifyRequest): Promise<VerifiedEvent<Events>>
  /** Like `safeVerify`, without its options. */
  safeVerify(request: VerifyRequest): Promise<VerifyResult<Events>>
  /**
   * Signature, freshness and strict JSON only, synchronously: no event, no schema, no limits, no decompression, no `LongText`.
   * Never throws for anything a sender can do.
   *
   * @throws SallyportError `OPTION_INVALID` when the secret is a function, or when the scheme fetches a key: use `safeVerify`
   */
  authenticate(delivery: Delivery): Verified | Refusal
}

/**
 * Verifies one webhook request and returns its typed event: signature, freshness, strict JSON and the event's schema.
 * `Content-Type` and `Content-Encoding` are checked where they are sent. Replays are not detected; use a receiver, or your own
 * record of `event.id`.
 *
 * @throws SallyportError with the code of the first check that fails; `SECRET_MISSING`, `SECRET_INVALID` or `OPTION_INVALID`
 * for wrong options
 * @example
 * const event = await verify(stripe(), { secret, headers: request.headers, body })
 * if (event.type === 'invoice.paid') console.log(event.data.object)
 */
export async function verify<Events extends EventMap>(
  provider: Provider<Events>,
  options: VerifyOptions,
): Promise<VerifiedEvent<Events>> {
  return prepare(provider, options, 'verify', verifyRules).verify(options)
}

/**
 * Like `verify`, but returns a failure instead of throwing it. Throws only for wrong options, never for anything a sender can
 * do.
 *
 * @throws SallyportError `SECRET_MISSING`, `SECRET_INVALID` or `OPTION_INVALID` for wrong options
 * @example
 * const result = await safeVerify(github(), { secret, headers: request.headers, body })
 * if (!result.ok) return new Response(result.title, { status: result.status })
 */
export async function safeVerify<Events extends EventMap>(
  provider: Provider<Events>,
  options: VerifyOptions,
): Promise<VerifyResult<Events>> {
  return prepare(provider, options, 'safeVerify', verifyRules).safeVerify(options)
}

/**
 * Prepares `verify` and `safeVerify` for many requests: the keys are decoded once, and wrong options throw at start-up.
 *
 * @throws SallyportError `SECRET_MISSING`, `SECRET_INVALID`, `OPTION_INVALID`
 * @example
 * const github = createVerifier(githubProvider(), { secret: process.env.GITHUB_WEBHOOK_SECRET })
 * const event = await github.verify({ headers: request.headers, body })
 */
export function createVerifier<Events extends EventMap>(
  provider: Provider<Events>,
  options: VerifierOptions,
): Verifier<Events> {
  return prepare(provider, options, 'createVerifier', verifierRules)
}

// The request is data: it has its own answers, whatever it is.
const verifyRules: OptionRules<VerifyOptions> = {
  ...verifierRules,
  headers: allow.anything,
  body: allow.anything,
  method: allow.anything,
  url: allow.anything,
  receivedAt: allow.anything,
  secure: allow.anything,
}

function prepare<Events extends EventMap>(
  provider: Provider<Events>,
  given: VerifierOptions | undefined,
  caller: string,
  rules: OptionRules<VerifierOptions>,
): Verifier<Events> {
  checkProvider(caller, provider)
  const { scheme, name } = provider
  // Without types they may be missing; the error then says that the secret is.
  const options = given ?? {}
  const place = `${caller} for ${name}`
  checkOptions(place, options, rules)
  const settings = toVerifierSettings(options, provider, place)
  const { toleranceMs, now } = settings
  const keySource = createKeySource(options.secret, scheme, name, settings)
  // The body is there already: no time limit applies.
  const authenticate = createAuthentication(
    provider,
    { ...settings, bodyTimeoutMs: Infinity, typeRequired: false },
    keySource,
  )
  const trustIds = typeof options.secret !== 'function' || options.secret.isOneSender === true

  async function verifyEvent(request: VerifyRequest): Promise<VerifiedEvent<Events>> {
    const { method = 'POST', url = '', headers, body, receivedAt, secure } = request
    const bytes = toBytes(body)
    const head = toHead({ method, url, headers, receivedAt, secure }, now)
    const authentic = await authenticate({ body: bytes }, head, {})
    if (!authentic.ok) throw refusedError(provider, authentic)
    const identified = identifyEvent(provider, authentic, trustIds)
    if (!identified.ok) throw refusedError(provider, identified)
    const { event } = identified
    const validation = await validateData(provider, event.type, event.data)
    if (!validation.ok) throw new InvalidPayloadError(validation.issues)
    return { ...event, data: validation.data } as VerifiedEvent<Events>
  }

  async function verifyRequest(request: VerifyRequest): Promise<VerifiedEvent<Events>> {
    try {
      return await verifyEvent(request)
    } catch (cause) {
      throw isOwnError(cause) ? cause : new SallyportError('INTERNAL', `${name}: verification failed`, { cause })
    }
  }

  function failSynchronous(why: string): never {
    throw new SallyportError('OPTION_INVALID', `${name}: authenticate is synchronous and ${why}; use safeVerify`)
  }

  return {
    verify: verifyRequest,
    async safeVerify(request) {
      try {
        return { ok: true, event: await verifyRequest(request) }
      } catch (error) {
        return toFailure(error as SallyportError<ErrorCode>)
      }
    },
    authenticate(delivery) {
      const { fixed } = keySource
      if (fixed === undefined) failSynchronous('takes no secret resolver')
      if (scheme.isAsync === true) failSynchronous('cannot fetch the key that this sender needs')
      const claim = inspectHead(scheme, delivery, toleranceMs)
      if (isRefusal(claim)) return claim
      const proof = prove(scheme, claim, delivery, fixed, toleranceMs)
      if (isPromise(proof)) {
        // Nobody waits for it, so its failure must not end the process.
        proof.catch(() => {})
        failSynchronous('cannot wait for the promise of its scheme')
      }
      if (!proof.ok) return proof
      const decoded = decodeBody(delivery.body, provider)
      const content = readSignedContent(proof, decoded, delivery.receivedAt, toleranceMs)
      return content.ok ? { ok: true, keyId: proof.keyId, body: content.body, signedAt: content.signedAt } : content
    },
  }
}

function refusedError({ name, statuses }: Provider, { code, detail }: Refusal): SallyportError<ErrorCode> {
  const { title, fix, status } = describeError(code)
  return new SallyportError<ErrorCode>(code, `${name}: ${detail ?? `${title}. ${fix}`}`, {
    title,
    fix,
    status: statuses?.[code] ?? status,
  })
}

function toFailure(error: SallyportError<ErrorCode>): VerifyFailure {
  const { code, title, fix, status = 500 } = error
  return { ok: false, code, title, fix, status, error }
}
