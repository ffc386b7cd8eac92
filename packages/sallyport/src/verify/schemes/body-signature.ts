import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto'
import { allow } from '../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../options/check-options.ts'
import { freezeCopy } from '../../options/freeze-copy.ts'
import { failProvider } from '../check-provider.ts'
import { decodeBody, type JsonObject } from '../decode.ts'
import { decodeStrict, keyRules, toKeyBytes, type KeyFormat } from '../encoding.ts'
import type { Freshness } from '../freshness.ts'
import { isRefusal, refuse, type Refusal } from '../verdict.ts'
import { digestBytes } from './hmac.ts'
import { pickMembers, planMembers, readPath, type MemberMessagePart, type ReadMembers } from './member-message.ts'
import type { Claim, Scheme } from './scheme.ts'

/** Options of `bodySignature`. */
export interface BodySignatureOptions {
  /** Where the signature is in the body: member names joined by dots, from the signed item on. */
  readonly signature: string
  /** How the signature is written. */
  readonly encoding: 'hex' | 'base64' | 'base64url'
  /** The signed message: members and literals. */
  readonly signed: readonly MemberMessagePart[]
  /**
   * List in the body whose items are each signed by themselves; every one must verify. Anyone who has deliveries can put their items
   * together to other lists, each a new delivery to the duplicate check. @default the body is signed once
   */
  readonly each?: string | undefined
  /** `fromBody` with a signed member, or `noTimestamp`. */
  readonly freshness: Freshness
  /** @default 'sha256' */
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512' | undefined
  /** How the secret becomes the key. @default its UTF-8 bytes */
  readonly key?: KeyFormat | undefined
  /** Must be `true`: anyone who has one delivery can change every member that is not signed. */
  readonly acceptUnsignedMembers: boolean
}

const rules: OptionRules<BodySignatureOptions> = {
  signature: allow.required(allow.filled),
  encoding: allow.required(allow.oneOf('hex', 'base64', 'base64url')),
  signed: allow.required(allow.listOf(allow.record, 'parts')),
  each: allow.filled,
  freshness: allow.required(allow.record),
  algorithm: allow.oneOf('sha1', 'sha256', 'sha512'),
  key: allow.record,
  acceptUnsignedMembers: allow.required(allow.flag),
}

// Each costs a signature per key.
const mostItems = 1_000

interface BodyClaim extends Claim {
  /** What the signatures cover, item by item. */
  readonly messages?: readonly string[] | undefined
}

interface Item {
  readonly message: string
  readonly signature: Buffer
}

/**
 * HMAC over members of a JSON body, where the signature is a member too: once, or for each item of a list. Only those members are
 * proven: `identify` gets no others as `body`, and the dedupe key is made of them. So a provider must say that the rest is not
 * signed, and let its user opt in.
 *
 * @throws SallyportError `PROVIDER_INVALID` without `acceptUnsignedMembers: true`, for a time that is not signed, or for a
 * message that does not show where its members end
 * @example
 * bodySignature({ signature: 'signature.signature', encoding: 'hex', acceptUnsignedMembers: true,
 *   signed: [parts.member('signature.timestamp', { length: 10 }), parts.member('signature.token')],
 *   freshness: fromBody('signature.timestamp', 'seconds') })
 */
export function bodySignature(given: BodySignatureOptions): Scheme {
  checkOptions('bodySignature', given, rules, failProvider)
  const options = freezeCopy(given)
  const { algorithm = 'sha256', key = {}, signed, freshness, encoding } = options
  checkOptions('bodySignature, key', key, keyRules, failProvider)
  const readMembers = check(options)
  const path = options.signature.split('.')
  const each = options.each?.split('.')
  const paths = signed.flatMap((part) => (part.kind === 'member' ? [part.path] : []))

  function readItems(body: Uint8Array): readonly Item[] | Refusal {
    const decoded = decodeBody(body)
    if (!decoded.ok) return decoded
    const list = each === undefined ? [decoded.body] : readPath(decoded.body, each)
    if (!Array.isArray(list) || list.length === 0) return refuse('SIGNATURE_MISSING')
    if (list.length > mostItems) return refuse('SIGNATURE_MALFORMED')
    const items: Item[] = []
    for (const one of list as readonly unknown[]) {
      const item = readItem(one)
      if (isRefusal(item)) return item
      items.push(item)
    }
    // No sender says the same twice; a copy would be handled again.
    const isRepeated = new Set(items.map(({ message }) => message)).size < items.length
    return isRepeated ? refuse('SIGNATURE_MALFORMED') : items
  }

  function readItem(item: unknown): Item | Refusal {
    const text = readPath(item, path)
    if (text === undefined || text === null || text === '') return refuse('SIGNATURE_MISSING')
    const signature = typeof text === 'string' ? decodeStrict(text, encoding) : undefined
    if (signature?.length !== digestBytes[algorithm]) return refuse('SIGNATURE_MALFORMED')
    const texts = readMembers(item as JsonObject)
    return texts === undefined ? refuse('SIGNED_MEMBER_INVALID') : { signature, message: texts.join('') }
  }

  const scheme: Scheme = {
    kind: 'body-signature',
    needsBody: true,
    freshness: options.freshness,
    secretHeaders: Object.freeze([]),
    carriesProof: () => false,
    definition: () => ({ kind: 'body-signature', options }),
    describe: () => ({
      kind: 'body-signature',
      algorithm: `HMAC-${algorithm.toUpperCase()}`,
      header: '',
      signed: signed.map((part) =>
        part.kind === 'member' ? `member ${part.path.join('.')}` : JSON.stringify(part.text),
      ),
      freshness: freshness.from === 'nowhere' ? `not checked: ${freshness.reason}` : `from the ${freshness.from}`,
      also: [
        ...(options.each === undefined ? [] : [`every item of ${options.each} must verify`]),
        'no other member of the body is signed',
      ],
    }),
    signedHeader: () => undefined,
    signedBody(body) {
      if (each === undefined) return pickMembers(body, paths)
      const list = readPath(body, each)
      const picked = Array.isArray(list) ? list.map((item) => pickMembers(item, paths)) : []
      return each.toReversed().reduce<unknown>((inner, name) => ({ [name]: inner }), picked) as JsonObject
    },

    prepareKey(secret) {
      const bytes = toKeyBytes(secret, key)
      return bytes && createSecretKey(bytes)
    },

    inspect: () => ({}),

    verify(_claim, { body }, keys: readonly KeyObject[]) {
      const items = readItems(body)
      if (isRefusal(items)) return items
      // A batch may be older than a new key, in part.
      const found = items.map(({ message, signature }) => findKey(message, signature))
      if (found.includes(-1)) return undefined
      const claim: BodyClaim = { messages: items.map(({ message }) => message) }
      return { keyIndex: found[0]!, scheme: this, claim }

      function findKey(message: string, signature: Buffer): number {
        let matching = -1
        for (const [index, one] of keys.entries()) {
          const expected = createHmac(algorithm, one).update(message, 'latin1').digest()
          if (timingSafeEqual(expected, signature) && matching < 0) matching = index
        }
        return matching
      }
    },

    // With their lengths, so that no two batches are written alike; in one order, which nobody signs.
    signedBytes: ({ messages = [] }: BodyClaim) =>
      each === undefined ? messages : messages.map((message) => `${message.length}:${message}`).toSorted(),
  }
  return Object.freeze(scheme)
}

function check({ signed, freshness, each, acceptUnsignedMembers }: BodySignatureOptions): ReadMembers {
  if (!acceptUnsignedMembers)
    failProvider(
      'bodySignature: the sender signs some members of the body alone; pass acceptUnsignedMembers: true to accept that',
    )
  if (signed.some(({ kind }) => kind !== 'member' && kind !== 'literal'))
    failProvider('bodySignature: the signed message may only have parts.member and parts.literal')
  const isSigned = (path: readonly string[]): boolean =>
    signed.some((part) => part.kind === 'member' && part.path.join('.') === path.join('.'))
  const isTimed = freshness.from === 'body' && each === undefined && isSigned(freshness.path)
  if (!isTimed && freshness.from !== 'nowhere')
    failProvider('bodySignature: the time must be a signed member to prove freshness; with each, use noTimestamp')
  const plan = planMembers(signed)
  return typeof plan === 'string' ? failProvider(`bodySignature: ${plan}`) : plan
}
