import type { DeliveryHead } from '../delivery.ts'
import { decodeStrict, type TextEncoding } from '../encoding.ts'
import { allow } from '../../options/allow.ts'
import type { OptionRules } from '../../options/check-options.ts'
import { failProvider } from '../check-provider.ts'
import { parseTimestamp, type Freshness } from '../freshness.ts'
import { readSecurityHeader, type HeaderList } from '../header-list.ts'
import { isRefusal, refuse, type Refusal } from '../verdict.ts'
import { planMessage, type MessageForm } from './message-form.ts'
import { describePart, isCutBy, readMessageTexts, type MessagePart, type MessageTexts } from './message.ts'
import type { Claim, SchemeDescription } from './scheme.ts'

/** What `hmac` and `ed25519` share: where the signatures are and what they cover. */
export interface SignedOptions {
  /** Name of the header that holds the signature or signatures. */
  readonly header: string
  /** Fixed text before each signature. @default '' */
  readonly prefix?: string | undefined
  /** Splits a header that holds several tokens; those with the prefix are signatures. */
  readonly separator?: string | undefined
  /** For headers of `name=value` pairs: the names of the signature and of the timestamp. */
  readonly fields?: { readonly signature: string; readonly timestamp?: string | undefined } | undefined
  /** How a signature is written. */
  readonly encoding: 'hex' | 'base64' | 'base64url'
  /** The signed message, part by part. */
  readonly signed: readonly MessagePart[]
  readonly freshness: Freshness
  /** A second family of header names for the same scheme, used when no header of the first family is there. */
  readonly alias?: { readonly prefix: string; readonly instead: string } | undefined
}

/** What each option of a signing scheme may be. */
export const signedRules: OptionRules<SignedOptions> = {
  header: allow.required(allow.filled),
  prefix: allow.text,
  separator: allow.text,
  fields: allow.record,
  encoding: allow.required(allow.oneOf('hex', 'base64', 'base64url')),
  signed: allow.required(allow.listOf(allow.record, 'parts')),
  freshness: allow.required(allow.record),
  alias: allow.record,
}

/** A signature with the texts of its message, decoded but not yet verified. */
export interface SignedClaim extends Claim {
  readonly signatures: readonly Buffer[]
  readonly texts: MessageTexts
}

/** Reads signed claims with the options of one scheme. */
export interface SignedClaimReader {
  readonly secretHeaders: readonly string[]
  inspect(head: DeliveryHead): SignedClaim | Refusal
  /** Whether the message can be cut at one place only. */
  isUnambiguous(body: Uint8Array): boolean
  signedHeader(claim: SignedClaim, name: string): string | undefined
  describe(kind: string, algorithm: string): SchemeDescription
}

/**
 * Makes the reader of a scheme's signature headers.
 *
 * @param signatureBytes length of one signature; any other length is refused before comparing
 * @throws SallyportError `PROVIDER_INVALID` for a definition under which unsigned data would be trusted
 */
export function createSignedClaimReader(options: SignedOptions, signatureBytes: number): SignedClaimReader {
  const message = checkOptions(options)
  const form = toForm(options)
  const headerName = options.header.toLowerCase()
  const { freshness, signed, encoding } = options
  const timeIndex = freshness.from === 'header' ? indexOfHeader(signed, freshness.name) : -1
  const ownNames = [headerName, ...signed.flatMap((part) => (part.kind === 'header' ? [part.name] : []))]

  function inspect(head: DeliveryHead): SignedClaim | Refusal {
    const aliasOf = chooseNames(head.headers)
    const value = readSecurityHeader(head.headers, aliasOf(headerName), 'SIGNATURE_MISSING')
    if (typeof value === 'object') return value
    const found = parseSignatureHeader(value, form)
    if (isRefusal(found)) return found
    const signatures = decodeSignatures(found.signatures, encoding, signatureBytes)
    if ('code' in signatures) return signatures
    const texts = readMessageTexts(signed, message, head, found.timestamp, aliasOf)
    if (isRefusal(texts)) return texts
    const timeText = freshness.from === 'header' ? texts[timeIndex] : found.timestamp
    if (timeText === undefined || (freshness.from !== 'signature' && freshness.from !== 'header'))
      return { signatures, texts }
    const signedAt = parseTimestamp(timeText, freshness.unit)
    return signedAt === undefined ? refuse('TIMESTAMP_MALFORMED') : { signatures, texts, signedAt }
  }

  function chooseNames(headers: HeaderList): (name: string) => string {
    const { alias } = options
    if (alias === undefined || ownNames.some((name) => headers.has(name))) return sameName
    return (name) => (name.startsWith(alias.prefix) ? alias.instead + name.slice(alias.prefix.length) : name)
  }

  return {
    secretHeaders: Object.freeze([headerName]),
    inspect,
    isUnambiguous: (body) => isCutBy(body, message),
    signedHeader: (claim, name) => claim.texts[indexOfHeader(signed, name)],
    describe: (kind, algorithm) => ({
      kind,
      algorithm,
      header: headerName,
      signed: signed.map(describePart),
      freshness: freshness.from === 'nowhere' ? `not checked: ${freshness.reason}` : `from the ${freshness.from}`,
    }),
  }
}

const sameName = (name: string): string => name

// A malformed signature proves nothing, but it takes nothing from a good one beside it.
function decodeSignatures(texts: readonly string[], encoding: TextEncoding, length: number): Buffer[] | Refusal {
  const signatures = texts
    .map((text) => decodeStrict(text, encoding))
    .filter((signature): signature is Buffer => signature?.length === length)
  return signatures.length === 0 ? refuse('SIGNATURE_MALFORMED') : signatures
}

function toForm(options: SignedOptions): SignatureForm {
  const { fields, separator, prefix = '' } = options
  if (fields) return { form: 'fields', separator: separator ?? ',', ...fields }
  return separator === undefined ? { form: 'single', prefix } : { form: 'list', separator, prefix }
}

function indexOfHeader(parts: readonly MessagePart[], name: string): number {
  return parts.findIndex((part) => part.kind === 'header' && part.name === name.toLowerCase())
}

function checkOptions(options: SignedOptions): MessageForm {
  const { header, signed, freshness } = options
  const form = findProblem(options) ?? planMessage(signed, freshness)
  if (typeof form === 'string') failProvider(`scheme on header "${header}": ${form}`)
  return form
}

function findProblem({ signed, freshness, fields, prefix, separator }: SignedOptions): string | undefined {
  const covers = (kind: MessagePart['kind']): boolean => signed.some((part) => part.kind === kind)
  if (!covers('body')) return 'the signed message must include the body'
  if (covers('timestamp') && fields?.timestamp === undefined) return 'a signed timestamp needs fields.timestamp'
  if (freshness.from === 'signature' && !covers('timestamp')) return 'the timestamp must be signed to prove freshness'
  if (freshness.from === 'header' && indexOfHeader(signed, freshness.name) < 0) {
    return `header "${freshness.name}" must be signed to prove freshness`
  }
  if (separator === '' || (separator !== undefined && !fields && !prefix)) return 'a list of signatures needs a prefix'
  return undefined
}

/**
 * The format of a signature header.
 *
 * - `single`: the whole value is one signature after a fixed prefix (`sha256=<hex>`).
 * - `list`: several tokens; those with the prefix are signatures (`v1,<base64> v1a,<base64>`), others are ignored.
 * - `fields`: `name=value` pairs (`t=<time>,v1=<hex>,v1=<hex>`); unknown names are ignored.
 */
export type SignatureForm =
  | { readonly form: 'single'; readonly prefix: string }
  | { readonly form: 'list'; readonly separator: string; readonly prefix: string }
  | {
      readonly form: 'fields'
      readonly separator: string
      readonly signature: string
      readonly timestamp?: string | undefined
    }

/** The texts found in a signature header. */
export interface SignatureTexts {
  readonly signatures: readonly string[]
  readonly timestamp?: string | undefined
}

// Rotation needs two or three. Each costs a comparison or, for Ed25519, a curve operation.
const maxSignatures = 16

/** Parses a signature header; refuses whatever two parsers could read differently. */
export function parseSignatureHeader(value: string, form: SignatureForm): SignatureTexts | Refusal {
  const found = form.form === 'fields' ? parseFields(value, form) : parseTokens(value, form)
  if ('code' in found) return found
  return found.signatures.length > maxSignatures ? refuse('SIGNATURE_MALFORMED') : found
}

// Where a host joined two headers: a repeated header is refused, however it arrives. `v1,` alone only lacks its signature.
const joinedHere = /^(?!\w{1,8},$).*,$/

function parseTokens(value: string, form: SignatureForm & { prefix: string }): SignatureTexts | Refusal {
  if (form.form === 'single') {
    if (!value.startsWith(form.prefix)) return refuse('SIGNATURE_MALFORMED')
    return { signatures: [value.slice(form.prefix.length)] }
  }
  const signatures: string[] = []
  for (const token of value.split(form.separator)) {
    if (form.separator !== ',' && joinedHere.test(token)) return refuse('SIGNATURE_MALFORMED')
    if (token.startsWith(form.prefix)) signatures.push(token.slice(form.prefix.length))
  }
  return signatures.length === 0 ? refuse('SIGNATURE_MISSING') : { signatures }
}

function parseFields(value: string, form: SignatureForm & { form: 'fields' }): SignatureTexts | Refusal {
  const signatures: string[] = []
  let timestamp: string | undefined
  for (const field of value.split(form.separator)) {
    const equals = field.indexOf('=')
    if (equals < 1) return refuse('SIGNATURE_MALFORMED')
    const name = field.slice(0, equals).trim()
    const text = field.slice(equals + 1).trim()
    if (name === form.signature) signatures.push(text)
    if (name !== form.timestamp) continue
    // Parsers disagree about whether the first or the last time counts.
    if (timestamp !== undefined) return refuse('SIGNATURE_MALFORMED')
    timestamp = text
  }
  if (signatures.length === 0) return refuse('SIGNATURE_MISSING')
  if (form.timestamp === undefined) return { signatures }
  return timestamp === undefined ? refuse('TIMESTAMP_MISSING') : { signatures, timestamp }
}
