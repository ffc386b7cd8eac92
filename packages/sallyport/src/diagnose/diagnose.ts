import type { Delivery } from '../verify/delivery.ts'
import type { ErrorCode } from '../errors/error-codes.ts'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { SallyportError } from '../errors/sallyport-error.ts'
import { checkProvider } from '../verify/check-provider.ts'
import { toVerifierSettings, verifierRules } from '../verify/options.ts'
import type { EventMap, Provider } from '../verify/provider.ts'
import { activeKeys, prepareSecrets, type PreparedKey, type SecretEntry, type Secrets } from '../verify/secrets.ts'
import { checkHead } from '../verify/head.ts'
import { isRefusal, type Refusal } from '../verify/verdict.ts'
import { refusedFor, toFinding, type DiagnosisFinding } from './causes.ts'
import { explainMismatch, type Evidence } from './explain-mismatch.ts'
import { judge, nameOf } from './judge.ts'
import { runInTurns } from './search.ts'
import { explainTime } from './time-findings.ts'

/** Options of `diagnose`. */
export interface DiagnoseOptions {
  /** What the receiver is configured with. */
  readonly secret: Secrets
  /** Milliseconds a signed time may differ from `receivedAt`. @default the provider's, else 300_000 */
  readonly toleranceMs?: number | undefined
  /** Other deliveries of the same sender and endpoint. If they verify, the secret is right. @default none */
  readonly also?: readonly Delivery[] | undefined
  /** Secrets of other places, to tell whether one of them was used; findings name their `id`. @default none */
  readonly otherSecrets?: readonly SecretEntry[] | undefined
  /**
   * How much the search for small edits may hash, in bytes; one try counts as the body and 4 KiB. 0 leaves the search out.
   *
   * @default 4 GiB, about three seconds
   */
  readonly searchBytes?: number | undefined
}

const rules: OptionRules<DiagnoseOptions> = {
  secret: verifierRules.secret,
  toleranceMs: verifierRules.toleranceMs,
  also: allow.listOf(allow.record, 'deliveries'),
  otherSecrets: allow.listOf(allow.record, 'secrets, as { id, secret }'),
  searchBytes: allow.number(0),
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

const defaultSearchBytes = 4 * 1024 ** 3

/**
 * Says whether a delivery verifies, and if not, why. It tries common mistakes, searches for small edits, and separates an
 * altered body from a wrong secret where something tells them apart. For development: it computes up to a million signatures,
 * in short turns, and its answer would help an attacker. Never send it to the sender. No finding holds a secret, a signature or
 * a payload.
 *
 * @throws SallyportError `SECRET_MISSING`, `OPTION_INVALID`
 * @example
 * const { ok, findings } = await diagnose(sonzai(), delivery, { secret: process.env.SONZAI_WEBHOOK_SECRET! })
 * for (const { title, fix } of findings) console.log(`${title}. ${fix}`)
 */
export async function diagnose<Events extends EventMap>(
  provider: Provider<Events>,
  delivery: Delivery,
  options: DiagnoseOptions,
): Promise<Diagnosis> {
  checkProvider('diagnose', provider)
  const place = `diagnose for ${provider.name}`
  checkOptions(place, options, rules)
  const { secret, also = [], otherSecrets = [], searchBytes = defaultSearchBytes } = options
  const { toleranceMs, maxBodyBytes } = toVerifierSettings({ toleranceMs: options.toleranceMs }, provider, place)
  const head = checkHead(delivery, provider, maxBodyBytes, true)
  const keys = tryPrepare(secret, provider)
  const verdict = isRefusal(keys) ? keys : await judgeWhole(provider, delivery, keys, toleranceMs)
  if (verdict.ok && head.ok) return verdict
  const evidence = { secret, also, otherSecrets, budget: { left: searchBytes, isSpent: false } }
  const findings = [
    ...(head.ok ? [] : [refusedFor(head)]),
    ...(verdict.ok ? [] : await explain(provider, delivery, { keys, verdict, toleranceMs, evidence })),
  ]
  const { code } = head.ok ? (verdict as Refusal) : head
  return verdict.ok ? { ...verdict, ok: false, code, findings } : { ok: false, code, findings }
}

async function judgeWhole(
  provider: Provider,
  delivery: Delivery,
  keys: readonly PreparedKey[],
  toleranceMs: number,
): Promise<(Diagnosis & { readonly ok: true }) | Refusal> {
  const judged = await judge(provider, delivery, keys, toleranceMs)
  if (!judged.ok) return judged
  const named = nameOf(provider, delivery, judged)
  if (isRefusal(named)) return named
  return { ok: true, keyId: judged.proof.keyId, type: named.type, signedAt: judged.content.signedAt, findings: [] }
}

interface Refused {
  readonly keys: readonly PreparedKey[] | Refusal
  readonly verdict: Refusal
  readonly toleranceMs: number
  readonly evidence: Evidence
}

async function explain(
  provider: Provider,
  delivery: Delivery,
  { keys, verdict, toleranceMs, evidence }: Refused,
): Promise<DiagnosisFinding[]> {
  const search = (reason: Refusal): Promise<DiagnosisFinding[]> =>
    runInTurns(explainMismatch(provider, delivery, evidence, reason))
  if (isRefusal(keys)) return search(verdict)
  const timeless = await judge(provider, delivery, keys, anyAge)
  if (timeless.ok) {
    const { signedAt } = timeless.content
    const isLate = verdict.code === 'TIMESTAMP_STALE' || verdict.code === 'TIMESTAMP_FUTURE'
    return isLate && signedAt !== undefined
      ? explainTime(signedAt, delivery.receivedAt, toleranceMs)
      : [refusedFor(verdict)]
  }
  // The signature is right, and what it covers is no event.
  if (!isAboutSignature(timeless, provider)) return [refusedFor(timeless)]
  const isLate = activeKeys({ keys }, delivery.receivedAt).length < keys.length
  const always = keys.map((key) => ({ ...key, notBefore: -Infinity, notAfter: Infinity }))
  if (isLate && (await judge(provider, delivery, always, anyAge)).ok) return [toFinding('SECRET_INACTIVE', 'proven')]
  return search(timeless)
}

// A condition beside the signature, or what is signed, has its own code.
function isAboutSignature({ code }: Refusal, { scheme }: Provider): boolean {
  const isBeside = scheme.needsBody && code.startsWith('CREDENTIAL_')
  return !isBeside && !code.startsWith('BODY_') && code !== 'HTTPS_REQUIRED' && code !== 'KEY_UNAVAILABLE'
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
