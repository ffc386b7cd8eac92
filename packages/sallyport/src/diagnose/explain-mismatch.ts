import type { Delivery } from '../verify/delivery.ts'
import type { Provider } from '../verify/provider.ts'
import type { Scheme } from '../verify/schemes/scheme.ts'
import type { SecretEntry, Secrets } from '../verify/secrets.ts'
import type { Refusal } from '../verify/verdict.ts'
import { bodyVariants } from './body-variants.ts'
import { refusedFor, toFinding, type DiagnosisCause, type DiagnosisFinding } from './causes.ts'
import { findEdit } from './find-edit.ts'
import { findRule } from './find-rule.ts'
import { headerVariants } from './header-variants.ts'
import { proves } from './judge.ts'
import { workOf, type Budget, type Search } from './search.ts'
import { secretVariants } from './secret-variants.ts'

// Beyond this, two things at once are not tried: each try hashes the whole body.
const largestForPairs = 256 * 1024
// Writing a body in another form takes as long as hashing it so often.
const workOfWriting = 16

// Of Standard Webhooks, as PEM, or as a JWK.
const privateKey = /^(?:whsk_|-----BEGIN [A-Z ]*PRIVATE KEY|\{.*"d" *:)/s

const replacement = Buffer.from('\ufffd')

/** What is known beside the delivery. */
export interface Evidence {
  readonly secret: Secrets
  /** Secrets of other places. */
  readonly otherSecrets: readonly SecretEntry[]
  /** Other deliveries of the sender. */
  readonly also: readonly Delivery[]
  readonly budget: Budget
}

export type Found = DiagnosisFinding[] | undefined

/** Explains why no secret proves a delivery: what makes it verify when undone, else what traces there are. */
export function* explainMismatch(
  provider: Provider,
  delivery: Delivery,
  { secret, otherSecrets, also, budget }: Evidence,
  verdict: Refusal,
): Search<DiagnosisFinding[]> {
  // A search tries thousands of times, and each try of these could call out.
  const schemes = leafSchemes(provider.scheme).filter(({ isAsync }) => isAsync !== true)
  const secrets = toTexts(secret)
  // The sender is proven, and something else is wrong.
  if (yield* attempt(schemes, delivery, secrets)) return [refusedFor(verdict)]
  const proven =
    (yield* findBody(schemes, delivery, secrets)) ??
    (yield* findSecret(schemes, delivery, secrets)) ??
    (yield* findOtherSecret(schemes, delivery, otherSecrets)) ??
    (yield* findHeader(schemes, delivery, secrets)) ??
    (yield* findRule(schemes, delivery, secrets)) ??
    (yield* findPair(schemes, delivery, secrets)) ??
    (yield* findEdit(schemes, delivery, secrets, { also, budget }))
  if (proven) return proven
  if (secrets.some((text) => privateKey.test(text))) return [toFinding('SECRET_PRIVATE_KEY', 'likely')]
  const traces = findTraces(delivery)
  if (verdict.code === 'SECRET_INVALID') return [toFinding('SECRET_FORM', 'proven'), ...traces]
  if (verdict.code === 'CREDENTIAL_MISMATCH') return [toFinding('CREDENTIAL_WRONG', 'proven')]
  if (verdict.code !== 'SIGNATURE_MISMATCH') return [refusedFor(verdict), ...traces]
  return [...traces, yield* weigh(schemes, delivery, secrets, { also, budget })]
}

/** Says what another delivery of the sender tells: if it verifies, the secret is right. */
function* weigh(
  schemes: readonly Scheme[],
  delivery: Delivery,
  secrets: readonly string[],
  { also, budget }: Pick<Evidence, 'also' | 'budget'>,
): Search<DiagnosisFinding> {
  const verified: Delivery[] = []
  for (const other of also) if (yield* attempt(schemes, other, secrets)) verified.push(other)
  const isBefore = verified.some(({ receivedAt }) => receivedAt < delivery.receivedAt)
  const isAfter = verified.some(({ receivedAt }) => receivedAt > delivery.receivedAt)
  // A rotation between two deliveries looks the same; one before and one after rule it out.
  if (isBefore && isAfter)
    return toFinding('BODY_ALTERED', 'likely', 'deliveries before and after it verify with this secret')
  if (verified.length > 0)
    return toFinding(
      'BODY_ALTERED',
      'possible',
      'another delivery verifies, so it is this, or a rotation between the two',
    )
  if (also.length > 0) return toFinding('UNEXPLAINED', 'possible', 'the other delivery does not verify either')
  const tried = budget.isSpent ? 'not every single byte and order of members was tried' : undefined
  return toFinding('UNEXPLAINED', 'possible', tried)
}

/** The schemes that do the work: a group's alternatives, or the scheme itself. */
function leafSchemes(scheme: Scheme): readonly Scheme[] {
  return scheme.alternatives?.flatMap(leafSchemes) ?? [scheme]
}

function* attempt(schemes: readonly Scheme[], delivery: Delivery, secrets: readonly string[]): Search<boolean> {
  yield workOf(delivery.body) * schemes.length * secrets.length
  return proves(schemes, delivery, secrets)
}

function* findBody(schemes: readonly Scheme[], delivery: Delivery, secrets: readonly string[]): Search<Found> {
  const signing = schemes.filter((scheme) => scheme.needsBody)
  for (const { cause, detail, body } of signing.length === 0 ? [] : bodyVariants(delivery.body)) {
    yield workOfWriting * body.byteLength
    if (yield* attempt(signing, { ...delivery, body }, secrets)) return [toFinding(cause, 'proven', detail)]
  }
  return undefined
}

function* findSecret(schemes: readonly Scheme[], delivery: Delivery, secrets: readonly string[]): Search<Found> {
  for (const given of secrets) {
    for (const { cause, detail, secret } of secretVariants(given))
      if (yield* attempt(schemes, delivery, [secret])) return [toFinding(cause, 'proven', detail)]
  }
  return undefined
}

function* findOtherSecret(
  schemes: readonly Scheme[],
  delivery: Delivery,
  others: readonly SecretEntry[],
): Search<Found> {
  for (const { id, secret } of others) {
    if (yield* attempt(schemes, delivery, [secret]))
      return [toFinding('SECRET_WRONG', 'proven', id === undefined ? undefined : `it verifies with ${id}`)]
  }
  return undefined
}

function* findHeader(schemes: readonly Scheme[], delivery: Delivery, secrets: readonly string[]): Search<Found> {
  for (const scheme of schemes) {
    for (const { cause, detail, delivery: variant } of headerVariants(scheme, delivery))
      if (yield* attempt([scheme], variant, secrets)) return [toFinding(cause, 'proven', detail)]
  }
  return undefined
}

function* findPair(schemes: readonly Scheme[], delivery: Delivery, secrets: readonly string[]): Search<Found> {
  const signing = schemes.filter((scheme) => scheme.needsBody)
  if (signing.length === 0 || delivery.body.byteLength > largestForPairs) return undefined
  const variants = secrets.flatMap((given) => [...secretVariants(given)])
  for (const body of bodyVariants(delivery.body)) {
    yield workOfWriting * body.body.byteLength
    for (const secret of variants) {
      if (yield* attempt(signing, { ...delivery, body: body.body }, [secret.secret]))
        return toPair([secret.cause, secret.detail], [body.cause, body.detail])
    }
  }
  return undefined
}

/** What a body shows of having been altered, where the signed one cannot be restored. */
function findTraces({ headers, body }: Delivery): DiagnosisFinding[] {
  const findings: DiagnosisFinding[] = []
  const announced = headers.get('content-length')
  const isChunked = headers.has('transfer-encoding')
  if (body.byteLength === 0) return [toFinding('BODY_EMPTY', 'likely')]
  if (announced !== undefined && !isChunked && /^\d{1,15}$/.test(announced) && Number(announced) !== body.byteLength)
    findings.push(toFinding('BODY_LENGTH', 'likely', `${announced} bytes were announced, ${body.byteLength} are here`))
  // A sender may also have lost them before it signed.
  if (Buffer.from(body).includes(replacement)) findings.push(toFinding('BODY_REPLACEMENT_CHARACTERS', 'possible'))
  return findings
}

type Reason = readonly [cause: DiagnosisCause, detail: string]

export function toPair(first: Reason, second: Reason | undefined): DiagnosisFinding[] {
  return [first, ...(second ? [second] : [])].map(([cause, detail]) => toFinding(cause, 'proven', detail))
}

function toTexts(secret: Secrets): string[] {
  const entries = (Array.isArray(secret) ? secret : [secret]) as readonly (string | SecretEntry)[]
  return entries.map((entry) => (typeof entry === 'string' ? entry : entry.secret))
}
