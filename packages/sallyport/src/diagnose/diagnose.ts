import type { Delivery } from '../verify/delivery.ts'
import type { ErrorCode } from '../errors/error-codes.ts'
import { SallyportError } from '../errors/sallyport-error.ts'
import { toVerifierSettings } from '../verify/options.ts'
import type { EventMap, Provider } from '../verify/provider.ts'
import { activeKeys, prepareSecrets, type PreparedKey, type Secrets } from '../verify/secrets.ts'
import { checkHead } from '../verify/head.ts'
import { isRefusal, type Refusal } from '../verify/verdict.ts'
import { refusedFor, toFinding, type DiagnosisFinding } from './causes.ts'
import { explainMismatch } from './explain-mismatch.ts'
import { judge, nameOf } from './judge.ts'
import { explainTime } from './time-findings.ts'

/** Options of `diagnose`. */
export interface DiagnoseOptions {
  /** What the receiver is configured with. */
  readonly secret: Secrets
  /** Milliseconds a signed time may differ from `receivedAt`. @default the provider's, else 300_000 */
  readonly toleranceMs?: number | undefined
}

/** Whether a delivery verifies, and what explains it where it does not. */
export interface Diagnosis {
  readonly ok: boolean
  /** Code a receiver would refuse it with. */
  readonly code?: ErrorCode | undefined
  /** Which secret matched. */
  readonly keyId?: string | undefined
  /** The event's type, once it is verified. */
  readonly type?: string | undefined
  /** Signed time of a delivery whose signature is right; milliseconds since 1970. */
  readonly signedAt?: number | undefined
  /** Empty when it verifies; else the most certain first. */
  readonly findings: readonly DiagnosisFinding[]
}

const anyAge = Number.MAX_SAFE_INTEGER

/**
 * Says whether a delivery verifies, and if not, why. It tries common mistakes and separates an altered body from a wrong
 * secret. For development: it computes hundreds of signatures, and its answer would help an attacker. Never send it to the
 * sender. No finding holds a secret, a signature or a payload.
 *
 * @throws SallyportError `SECRET_MISSING`, `OPTION_INVALID`
 * @example
 * const { ok, findings } = diagnose(sonzai(), delivery, { secret: process.env.SONZAI_WEBHOOK_SECRET! })
 * for (const { title, fix } of findings) console.log(`${title}. ${fix}`)
 */
export function diagnose<Events extends EventMap>(
  provider: Provider<Events>,
  delivery: Delivery,
  { secret, toleranceMs: wanted }: DiagnoseOptions,
): Diagnosis {
  const { toleranceMs, maxBodyBytes } = toVerifierSettings({ toleranceMs: wanted }, provider)
  const head = checkHead(delivery, provider, maxBodyBytes, true)
  const keys = tryPrepare(secret, provider)
  const verdict = isRefusal(keys) ? keys : judgeWhole(provider, delivery, keys, toleranceMs)
  if (verdict.ok && head.ok) return verdict
  const findings = [
    ...(head.ok ? [] : [refusedFor(head)]),
    ...(verdict.ok ? [] : explain(provider, delivery, { keys, secret, verdict, toleranceMs })),
  ]
  const { code } = head.ok ? (verdict as Refusal) : head
  return verdict.ok ? { ...verdict, ok: false, code, findings } : { ok: false, code, findings }
}

function judgeWhole(
  provider: Provider,
  delivery: Delivery,
  keys: readonly PreparedKey[],
  toleranceMs: number,
): (Diagnosis & { readonly ok: true }) | Refusal {
  const judged = judge(provider.scheme, delivery, keys, toleranceMs)
  if (!judged.ok) return judged
  const named = nameOf(provider, delivery, judged)
  if (isRefusal(named)) return named
  return { ok: true, keyId: judged.proof.keyId, type: named.type, signedAt: judged.content.signedAt, findings: [] }
}

interface Refused {
  readonly keys: readonly PreparedKey[] | Refusal
  readonly secret: Secrets
  readonly verdict: Refusal
  readonly toleranceMs: number
}

function explain(
  provider: Provider,
  delivery: Delivery,
  { keys, secret, verdict, toleranceMs }: Refused,
): DiagnosisFinding[] {
  if (isRefusal(keys)) return explainMismatch(provider, delivery, secret, verdict)
  const timeless = judge(provider.scheme, delivery, keys, anyAge)
  if (timeless.ok) {
    const { signedAt } = timeless.content
    const isLate = verdict.code === 'TIMESTAMP_STALE' || verdict.code === 'TIMESTAMP_FUTURE'
    return isLate && signedAt !== undefined
      ? [explainTime(signedAt, delivery.receivedAt, toleranceMs)]
      : [refusedFor(verdict)]
  }
  // The signature is right, and what it covers is no event.
  if (!isAboutSignature(timeless, provider)) return [refusedFor(timeless)]
  const isLate = activeKeys({ keys }, delivery.receivedAt).length < keys.length
  const always = keys.map((key) => ({ ...key, notBefore: -Infinity, notAfter: Infinity }))
  if (isLate && judge(provider.scheme, delivery, always, anyAge).ok) return [toFinding('SECRET_INACTIVE', 'proven')]
  return explainMismatch(provider, delivery, secret, timeless)
}

// A condition beside the signature, or what is signed, has its own code.
function isAboutSignature({ code }: Refusal, { scheme }: Provider): boolean {
  const isBeside = scheme.needsBody && code.startsWith('CREDENTIAL_')
  return !isBeside && !code.startsWith('BODY_') && code !== 'HTTPS_REQUIRED'
}

function tryPrepare(secret: Secrets, provider: Provider): readonly PreparedKey[] | Refusal {
  try {
    return prepareSecrets(secret, provider.scheme, provider.name).keys
  } catch (error) {
    if (SallyportError.is(error) && error.code === 'SECRET_INVALID' && hasText(secret))
      return { ok: false, code: error.code }
    throw error
  }
}

function hasText(secret: Secrets): boolean {
  return (Array.isArray(secret) ? secret : [secret]).every((one: unknown) => one !== '' && one !== undefined)
}
