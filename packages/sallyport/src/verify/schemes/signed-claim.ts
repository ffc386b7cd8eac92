import type { Delivery, DeliveryHead } from '../delivery.ts'
import { decodeStrict, type TextEncoding } from '../encoding.ts'
import { allow } from '../../options/allow.ts'
import type { OptionRules } from '../../options/check-options.ts'
import { parseTimestamp, type Freshness } from '../freshness.ts'
import { readSecurityHeader, type HeaderList } from '../header-list.ts'
import { isRefusal, refuse, type Refusal } from '../verdict.ts'
import { checkSigned, indexOfHeader, toForm } from './check-signed.ts'
import {
  describePart,
  isCutBy,
  isMadeOfBody,
  readMessageTexts,
  type MessagePart,
  type MessageTexts,
} from './message.ts'
import type { Claim, SchemeDescription } from './scheme.ts'

/** What `hmac`, `ed25519` and `publicKey` share: where the signatures are and what they cover. */
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

/** Numbered signature headers. */
export interface NumberedHeaders {
  /**
   * For senders that write one signature per key, each in a header of its own: `<header>-1` up to this number, 100 at most. Any
   * of them may match. @default not numbered
   */
  readonly numbered?: number | undefined
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
  carriesProof(head: DeliveryHead): boolean
  inspect(head: DeliveryHead): SignedClaim | Refusal
  /** Whether the message can be cut at one place only, and the body is the one it names. */
  isUnambiguous(delivery: Delivery): boolean
  signedHeader(claim: SignedClaim, name: string): string | undefined
  describe(kind: string, algorithm: string): SchemeDescription
}

/**
 * Makes the reader of a scheme's signature headers.
 *
 * @param leastBytes length of one signature; any other length is refused before comparing
 * @param mostBytes the greatest length, where lengths vary. @default the same
 * @throws SallyportError `PROVIDER_INVALID` for a definition under which unsigned data would be trusted
 */
export function createSignedClaimReader(
  options: SignedOptions & NumberedHeaders,
  leastBytes: number,
  mostBytes = leastBytes,
): SignedClaimReader {
  const message = checkSigned(options)
  const form = toForm(options)
  const headerName = options.header.toLowerCase()
  const { freshness, signed, encoding, alias, numbered } = options
  const made = signed.filter(isMadeOfBody)
  const timeIndex = freshness.from === 'header' ? indexOfHeader(signed, freshness.name) : -1
  const ownNames = [headerName, ...signed.flatMap((part) => (part.kind === 'header' ? [part.name] : []))]

  function inspect(head: DeliveryHead): SignedClaim | Refusal {
    const aliasOf = chooseNames(head.headers)
    const found = readSignatures(head.headers, aliasOf(headerName))
    if (isRefusal(found)) return found
    const signatures = decodeSignatures(found.signatures, encoding, leastBytes, mostBytes)
    if ('code' in signatures) return signatures
    const texts = readMessageTexts(signed, message, head, found.timestamp, aliasOf)
    if (isRefusal(texts)) return texts
    const timeText = freshness.from === 'header' ? texts[timeIndex] : found.timestamp
    if (typeof timeText !== 'string' || (freshness.from !== 'signature' && freshness.from !== 'header'))
      return { signatures, texts }
    const signedAt = parseTimestamp(timeText, freshness.unit)
    return signedAt === undefined ? refuse('TIMESTAMP_MALFORMED') : { signatures, texts, signedAt }
  }

  function readSignatures(headers: HeaderList, name: string): SignatureTexts | Refusal {
    if (numbered !== undefined) return readNumbered(headers, name, numbered, form)
    const value = readSecurityHeader(headers, name, 'SIGNATURE_MISSING')
    return typeof value === 'object' ? value : parseSignatureHeader(value, form)
  }

  function chooseNames(headers: HeaderList): (name: string) => string {
    return alias === undefined || ownNames.some((name) => headers.has(name)) ? sameName : otherName
  }

  function otherName(name: string): string {
    return alias && name.startsWith(alias.prefix) ? alias.instead + name.slice(alias.prefix.length) : name
  }

  const names = Object.freeze(
    numbered === undefined
      ? [...new Set([headerName, otherName(headerName).toLowerCase()])]
      : Array.from({ length: numbered }, (_, index) => `${headerName}-${index + 1}`),
  )

  return {
    secretHeaders: names,
    carriesProof: ({ headers }) => names.some((name) => headers.has(name)),
    inspect,
    isUnambiguous: (delivery) => isCutBy(made, delivery, message),
    signedHeader: (claim, name) => claim.texts[indexOfHeader(signed, name)] as string | undefined,
    describe: (kind, algorithm) => ({
      kind,
      algorithm,
      header: names[0]!,
      ...(names.length > 2 ? { also: [`or in ${names[1]!} to -${names.length}`] } : {}),
      signed: signed.map(describePart),
      freshness: freshness.from === 'nowhere' ? `not checked: ${freshness.reason}` : `from the ${freshness.from}`,
    }),
  }
}

/** The signatures of `name-1`, `name-2` …, of which any may match. */
function readNumbered(headers: HeaderList, name: string, most: number, form: SignatureForm): SignatureTexts | Refusal {
  const signatures: string[] = []
  let refused: Refusal | undefined
  for (const other of new Set(headers.names().map((one) => one.toLowerCase()))) {
    const number = other.startsWith(`${name}-`) ? other.slice(name.length + 1) : ''
    if (!/^[1-9]\d{0,2}$/.test(number) || Number(number) > most) continue
    const value = readSecurityHeader(headers, other, 'SIGNATURE_MISSING')
    if (typeof value === 'object') {
      // Two values cannot both be trusted; an empty one takes nothing from the others.
      if (value.code !== 'SIGNATURE_MISSING') return value
      continue
    }
    const found = parseSignatureHeader(value, form)
    if (isRefusal(found)) refused ??= found
    else signatures.push(...found.signatures)
  }
  return signatures.length > 0 ? { signatures } : (refused ?? refuse('SIGNATURE_MISSING'))
}

const sameName = (name: string): string => name

// A malformed signature proves nothing, but it takes nothing from a good one beside it.
function decodeSignatures(
  texts: readonly string[],
  encoding: TextEncoding,
  least: number,
  most: number,
): Buffer[] | Refusal {
  const signatures: Buffer[] = []
  for (const text of texts) {
    const signature = decodeStrict(text, encoding)
    if (signature !== undefined && signature.length >= least && signature.length <= most) signatures.push(signature)
  }
  return signatures.length === 0 ? refuse('SIGNATURE_MALFORMED') : signatures
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
const onlyVersion = /^\w{1,8},$/

function parseTokens(value: string, form: SignatureForm & { prefix: string }): SignatureTexts | Refusal {
  if (form.form === 'single') {
    if (!value.startsWith(form.prefix)) return refuse('SIGNATURE_MALFORMED')
    return { signatures: [value.slice(form.prefix.length)] }
  }
  const signatures: string[] = []
  for (const part of value.split(form.separator)) {
    // A comma may have a space behind it, as where hosts join values.
    const token = form.separator === ',' ? part.trim() : part
    if (form.separator !== ',' && token.endsWith(',') && !onlyVersion.test(token)) return refuse('SIGNATURE_MALFORMED')
    if (token.startsWith(form.prefix)) signatures.push(token.slice(form.prefix.length))
  }
  return signatures.length === 0 ? refuse('SIGNATURE_MISSING') : { signatures }
}

function parseFields(value: string, form: SignatureForm & { form: 'fields' }): SignatureTexts | Refusal {
  const signatures: string[] = []
  let timestamp: string | undefined
  for (const field of value.split(form.separator)) {
    const equals = field.indexOf('=')
    // A comma between other separators: a host joined a repeated header there.
    const isJoined = form.separator !== ',' && field.includes(',')
    if (equals < 1 || isJoined) return refuse('SIGNATURE_MALFORMED')
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
