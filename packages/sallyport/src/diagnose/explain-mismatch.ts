import type { KeyObject } from 'node:crypto'
import type { Delivery } from '../verify/delivery.ts'
import type { Provider } from '../verify/provider.ts'
import type { Scheme } from '../verify/schemes/scheme.ts'
import type { SecretEntry, Secrets } from '../verify/secrets.ts'
import type { Refusal } from '../verify/verdict.ts'
import { bodyVariants } from './body-variants.ts'
import { refusedFor, toFinding, type DiagnosisCause, type DiagnosisFinding } from './causes.ts'
import { headerVariants } from './header-variants.ts'
import { proves } from './judge.ts'
import { searchSignature } from './search-signature.ts'
import { keyVariants, secretVariants } from './secret-variants.ts'

// Beyond this, two things at once are not tried: each try hashes the whole body.
const largestForPairs = 256 * 1024

const replacement = Buffer.from('\ufffd')

/** Explains why no secret proves a delivery: what makes it verify when undone, else what traces there are. */
export function explainMismatch(
  provider: Provider,
  delivery: Delivery,
  secret: Secrets,
  verdict: Refusal,
): DiagnosisFinding[] {
  const schemes = leafSchemes(provider.scheme)
  const secrets = toTexts(secret)
  // The sender is proven, and something else is wrong.
  if (proves(schemes, delivery, secrets)) return [refusedFor(verdict)]
  const proven =
    findBody(schemes, delivery, secrets) ??
    findSecret(schemes, delivery, secrets) ??
    findHeader(schemes, delivery, secrets) ??
    findRule(schemes, delivery, secrets) ??
    findPair(schemes, delivery, secrets)
  if (proven) return proven
  if (secrets.some((text) => text.startsWith('whsk_'))) return [toFinding('SECRET_PRIVATE_KEY', 'likely')]
  const traces = findTraces(delivery)
  if (verdict.code === 'SECRET_INVALID') return [toFinding('SECRET_FORM', 'proven'), ...traces]
  if (!verdict.code.endsWith('_MISMATCH')) {
    return [refusedFor(verdict), ...traces]
  }
  if (traces.length > 0) return [...traces, toFinding('SECRET_WRONG', 'possible')]
  const isWhole = delivery.headers.get('content-length') === String(delivery.body.byteLength)
  const needsBody = schemes.some((scheme) => scheme.needsBody)
  return [
    isWhole || !needsBody
      ? toFinding('SECRET_WRONG', 'likely', needsBody ? 'the body has its announced length' : undefined)
      : toFinding('UNEXPLAINED', 'possible'),
  ]
}

/** The schemes that do the work: a group's alternatives, or the scheme itself. */
function leafSchemes(scheme: Scheme): readonly Scheme[] {
  return scheme.alternatives?.flatMap(leafSchemes) ?? [scheme]
}

type Found = DiagnosisFinding[] | undefined

function findBody(schemes: readonly Scheme[], delivery: Delivery, secrets: readonly string[]): Found {
  const signing = schemes.filter((scheme) => scheme.needsBody)
  for (const { cause, detail, body } of signing.length === 0 ? [] : bodyVariants(delivery.body))
    if (proves(signing, { ...delivery, body }, secrets)) return [toFinding(cause, 'proven', detail)]
  return undefined
}

function findSecret(schemes: readonly Scheme[], delivery: Delivery, secrets: readonly string[]): Found {
  for (const given of secrets) {
    for (const { cause, detail, secret } of secretVariants(given))
      if (proves(schemes, delivery, [secret])) return [toFinding(cause, 'proven', detail)]
  }
  return undefined
}

function findHeader(schemes: readonly Scheme[], delivery: Delivery, secrets: readonly string[]): Found {
  for (const scheme of schemes) {
    for (const { cause, detail, delivery: variant } of headerVariants(scheme, delivery))
      if (proves([scheme], variant, secrets)) return [toFinding(cause, 'proven', detail)]
  }
  return undefined
}

/** Whether the delivery is signed by a rule other than the provider's. */
function findRule(schemes: readonly Scheme[], delivery: Delivery, secrets: readonly string[]): Found {
  for (const scheme of schemes) {
    if (scheme.kind !== 'hmac') continue
    const { header, algorithm, signed } = scheme.describe()
    const rule = { header, algorithm, coversTime: signed.length > 1 }
    const keys = secrets.flatMap((text) => toKeyBytes(scheme, text))
    const found = searchSignature(delivery, keys, rule)
    if (found) return [toFinding(found.cause, 'proven', found.detail)]
    // A sender that signs the body alone may use the whole secret, prefix included: one rule, and one thing to change.
    const whole = searchSignature(
      delivery,
      secrets.map((text) => Buffer.from(text)),
      rule,
    )
    if (whole?.cause === 'SIGNATURE_OVER_BODY')
      return [toFinding(whole.cause, 'proven', `${whole.detail}, keyed with the whole secret`)]
    for (const { cause, detail, key } of secrets.flatMap((text) => [...keyVariants(text)])) {
      const other = searchSignature(delivery, [key], rule)
      if (other) return toPair([cause, detail], isSameRule(other.cause) ? undefined : [other.cause, other.detail])
    }
  }
  return undefined
}

function isSameRule(cause: DiagnosisCause): boolean {
  return cause === 'SIGNATURE_FORM'
}

function findPair(schemes: readonly Scheme[], delivery: Delivery, secrets: readonly string[]): Found {
  const signing = schemes.filter((scheme) => scheme.needsBody)
  if (signing.length === 0 || delivery.body.byteLength > largestForPairs) return undefined
  const variants = secrets.flatMap((given) => [...secretVariants(given)])
  for (const body of bodyVariants(delivery.body)) {
    for (const secret of variants) {
      if (proves(signing, { ...delivery, body: body.body }, [secret.secret]))
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
  if (Buffer.from(body).includes(replacement)) findings.push(toFinding('BODY_REPLACEMENT_CHARACTERS', 'likely'))
  return findings
}

type Reason = readonly [cause: DiagnosisCause, detail: string]

function toPair(first: Reason, second: Reason | undefined): DiagnosisFinding[] {
  return [first, ...(second ? [second] : [])].map(([cause, detail]) => toFinding(cause, 'proven', detail))
}

function toKeyBytes(scheme: Scheme, text: string): Buffer[] {
  const key = scheme.prepareKey(text) as KeyObject | undefined
  return key === undefined ? [] : [key.export()]
}

function toTexts(secret: Secrets): string[] {
  const entries = (Array.isArray(secret) ? secret : [secret]) as readonly (string | SecretEntry)[]
  return entries.map((entry) => (typeof entry === 'string' ? entry : entry.secret))
}
