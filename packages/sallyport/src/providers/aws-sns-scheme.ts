import { verify } from 'node:crypto'
import { decodeBody, type JsonObject } from '../verify/decode.ts'
import { decodeStrict } from '../verify/encoding.ts'
import { fromBody } from '../verify/freshness.ts'
import { createCertificateKeys, type CertificateKeys, type KeyFetchOptions } from '../verify/keys/certificate-keys.ts'
import { writeNamedLines } from '../verify/schemes/named-lines.ts'
import type { Scheme } from '../verify/schemes/scheme.ts'
import { nameOf } from '../verify/schemes/with-certificate.ts'
import { isRefusal, refuse, type Refusal } from '../verify/verdict.ts'
import { placeOf } from './aws-sns-regions.ts'

/** What `createSnsScheme` needs. */
export interface SnsSchemeOptions extends Pick<KeyFetchOptions, 'fetch' | 'timeoutMs' | 'clock'> {
  readonly topics: readonly string[]
  readonly requireSha256?: boolean | undefined
  readonly trust?: readonly string[] | undefined
}

const notification = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
const confirmation = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']

const membersOf: Readonly<Record<string, readonly string[]>> = {
  Notification: notification,
  SubscriptionConfirmation: confirmation,
  UnsubscribeConfirmation: confirmation,
}

/** A message whose form is right; nothing in it is proven. */
interface SnsMessage {
  readonly signedBytes: Buffer
  readonly topic: string
  readonly address: string
  readonly hash: 'sha1' | 'sha256'
  readonly signature: Buffer
}

/** RSA signatures in the body, by the certificate that SNS publishes in the region of the topic. */
export function createSnsScheme({ topics, requireSha256 = false, trust, ...fetching }: SnsSchemeOptions): Scheme {
  const keysOf = new Map<string, CertificateKeys>()
  for (const topic of topics) {
    const { host, name } = placeOf(topic)
    const path = /^\/SimpleNotificationService-[\w-]+\.pem$/
    keysOf.set(topic, createCertificateKeys({ ...fetching, hosts: [host], path, names: [name], trust }))
  }

  const scheme: Scheme = {
    kind: 'aws-sns',
    needsBody: true,
    isAsync: true,
    needsSecret: false,
    freshness: Object.freeze(fromBody('Timestamp', 'iso')),
    secretHeaders: Object.freeze([]),
    // Only tells it from other senders; it proves nothing.
    carriesProof: ({ headers }) => headers.has('x-amz-sns-message-type'),
    describe: () => ({
      kind: 'aws-sns',
      header: 'Signature in the body',
      algorithm: requireSha256 ? 'RSA SHA-256' : 'RSA SHA-256 or SHA-1',
      signed: notification,
      freshness: 'from the body',
      also: [`topic ${topics.join(' or ')}`, 'certificate named in SigningCertURL'],
    }),
    signedHeader: () => undefined,
    signedBody(body) {
      // Another kind of message has other members: `Token` is signed in a confirmation only.
      const names = namesOf(body) ?? []
      return Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)))
    },
    prepareKey: () => undefined,
    inspect: () => ({}),

    async verify(claim, delivery) {
      const message = readMessage(delivery.body)
      if (isRefusal(message)) return message
      const { topic, address, hash, signature, signedBytes } = message
      const keys = keysOf.get(topic)
      if (keys === undefined) return refuse('SECRET_UNKNOWN', 'the topic is not one of the accepted ones')
      if (requireSha256 && hash === 'sha1') return refuse('SIGNATURE_MALFORMED', 'the signature is made with SHA-1')
      const key = await keys.find(address, delivery.receivedAt)
      if (isRefusal(key)) return key
      const isSigned = verify(hash, signedBytes, key, signature)
      return isSigned ? { keyIndex: 0, keyId: nameOf(address), scheme, claim } : undefined
    },

    signedBytes(_claim, { body }) {
      const message = readMessage(body)
      return isRefusal(message) ? undefined : [message.signedBytes]
    },
  }
  return Object.freeze(scheme)
}

function readMessage(bytes: Uint8Array): SnsMessage | Refusal {
  const decoded = decodeBody(bytes)
  if (!decoded.ok) return decoded
  const { body } = decoded
  const signedBytes = toSignedBytes(body)
  const { Signature, SignatureVersion: version, SigningCertURL: address, TopicArn: topic } = body
  if (Signature === undefined) return refuse('SIGNATURE_MISSING')
  const signature = typeof Signature === 'string' ? decodeStrict(Signature, 'base64') : undefined
  const hash = version === '1' ? 'sha1' : version === '2' ? 'sha256' : undefined
  if (signedBytes === undefined || signature === undefined || hash === undefined || typeof address !== 'string')
    return refuse('SIGNATURE_MALFORMED')
  return { signedBytes, topic: topic as string, address, hash, signature }
}

/** What a signature covers; `undefined` for a message of another kind, or one that could be cut in two ways. */
export function toSignedBytes(body: JsonObject): Buffer | undefined {
  const names = namesOf(body)
  return names && writeNamedLines(body, names, ['Subject'])
}

/** The members that the signature of a message covers, by its type. */
function namesOf({ Type: type }: JsonObject): readonly string[] | undefined {
  return typeof type === 'string' && Object.hasOwn(membersOf, type) ? membersOf[type] : undefined
}
