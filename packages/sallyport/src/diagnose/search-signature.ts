import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Delivery } from '../verify/delivery.ts'
import type { DiagnosisCause } from './causes.ts'
import { workOf, type Search } from './search.ts'

/** A signature made by a common rule. */
export interface FoundSignature {
  readonly cause: DiagnosisCause
  readonly detail: string
}

/** What the provider's own rule is, to say how the found one differs. */
export interface ExpectedRule {
  readonly header: string
  /** As in `HMAC-SHA256`. */
  readonly algorithm: string
  /** Whether the signature covers more than the body. */
  readonly coversTime: boolean
}

interface Candidate {
  readonly header: string
  readonly bytes: Buffer
}

interface Message {
  readonly name: 'the body alone' | 'time and body' | 'id, time and body'
  readonly pieces: readonly (string | Uint8Array)[]
}

const algorithms = { 20: 'sha1', 32: 'sha256', 64: 'sha512' } as const
// Thousands of digests in headers are not worth explaining.
const mostCandidates = 32
const mostTimes = 8
const mostIds = 4

/**
 * Searches for a signature by the rules that senders commonly use: any header, hex or base64, HMAC with any
 * usual hash, over the body, time and body, or id, time and body.
 */
export function* searchSignature(
  delivery: Delivery,
  keys: readonly Buffer[],
  rule: ExpectedRule,
): Search<FoundSignature | undefined> {
  const candidates = [...findCandidates(delivery)].slice(0, mostCandidates)
  for (const message of messagesOf(delivery)) {
    for (const key of keys) {
      const digests = new Map<string, Buffer>()
      for (const { header, bytes } of candidates) {
        const algorithm = algorithms[bytes.length as keyof typeof algorithms]
        if (!digests.has(algorithm)) yield workOf(delivery.body)
        const digest = digests.get(algorithm) ?? digestOf(algorithm, key, message)
        digests.set(algorithm, digest)
        if (timingSafeEqual(digest, bytes)) return explain(header, algorithm, message, rule)
      }
    }
  }
  return undefined
}

function explain(header: string, algorithm: string, { name }: Message, rule: ExpectedRule): FoundSignature {
  const found = `HMAC-${algorithm.toUpperCase()}`
  if (found !== rule.algorithm)
    return { cause: 'SIGNATURE_ALGORITHM', detail: `"${header}" holds ${found} over ${name}, not ${rule.algorithm}` }
  if (rule.coversTime && name === 'the body alone')
    return { cause: 'SIGNATURE_OVER_BODY', detail: `"${header}" holds ${found} over the body alone` }
  if (header !== rule.header)
    return { cause: 'HEADER_RENAMED', detail: `it is in "${header}" instead of "${rule.header}"` }
  return { cause: 'SIGNATURE_FORM', detail: `"${header}" holds ${found} over ${name}, written in another form` }
}

function digestOf(algorithm: string, key: Buffer, { pieces }: Message): Buffer {
  const mac = createHmac(algorithm, key)
  for (const piece of pieces) mac.update(piece)
  return mac.digest()
}

function* findCandidates({ headers }: Delivery): Generator<Candidate> {
  for (const [name, value] of headers) {
    const header = name.toLowerCase()
    for (const token of value.split(/[\s,;"']|(?<![=])=(?=[^=,])/)) {
      const bytes = toDigest(token)
      if (bytes) yield { header, bytes }
    }
  }
}

function toDigest(token: string): Buffer | undefined {
  const isHex = /^(?:[0-9a-fA-F]{2})+$/.test(token)
  const bytes = Buffer.from(token, isHex ? 'hex' : 'base64')
  return bytes.length in algorithms && (isHex || /^[A-Za-z0-9+/_-]+={0,2}$/.test(token)) ? bytes : undefined
}

function* messagesOf({ headers, body }: Delivery): Generator<Message> {
  yield { name: 'the body alone', pieces: [body] }
  const all = [...headers]
  const times = new Set(all.flatMap(([, value]) => value.match(/(?<!\d)\d{10}(?:\d{3})?(?!\d)/g) ?? []))
  const ids = new Set(all.flatMap(([name, value]) => (/(?:^|-)id$/i.test(name) ? [value] : [])))
  for (const time of [...times].slice(0, mostTimes)) {
    for (const separator of ['.', ':', '']) yield { name: 'time and body', pieces: [time, separator, body] }
    for (const id of [...ids].slice(0, mostIds)) yield { name: 'id, time and body', pieces: [id, '.', time, '.', body] }
  }
}
