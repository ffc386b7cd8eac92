import { createHmac, createPrivateKey, sign } from 'node:crypto'
import type { HeaderSigner, SigningInput } from './signer.ts'

const seconds = ({ signedAt }: SigningInput): string => String(Math.floor(signedAt / 1000))

function mac(key: string | Buffer, ...parts: (string | Uint8Array)[]): Buffer {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}

const sonzaiKey = (secret: string): string => secret.replace(/^whsec_/, '')

const sonzai: HeaderSigner = (input) => {
  const time = seconds(input)
  const signatures = input.secrets.map(
    (secret) => `v1=${mac(sonzaiKey(secret), time, '.', input.body).toString('hex')}`,
  )
  return { 'Sonzai-Signature': [`t=${time}`, ...signatures].join(',') }
}

/** Sonzai's older form: bare hex over the body alone, keyed with the whole secret, `whsec_` included. */
export const signSonzaiLegacy: HeaderSigner = ({ secrets, body }) => ({
  'Sonzai-Signature': mac(secrets[0]!, body).toString('hex'),
})

// The header has the time of sending, which the body's time need not equal.
const invoratec: HeaderSigner = ({ secrets, body, signedAt, type }) => ({
  'X-Webhook-Event': type,
  'X-Webhook-Timestamp': new Date(signedAt).toISOString(),
  'X-Webhook-Signature': `sha256=${mac(secrets[0]!, body).toString('hex')}`,
})

const standardWebhooks: HeaderSigner = (input) => {
  const time = seconds(input)
  const tokens = input.secrets.map((configured) => {
    // Supabase writes the version before the secret.
    const secret = configured.replace(/^v1a?,/, '')
    if (secret.startsWith('whsk_')) return `v1a,${signEd25519(secret, `${input.id}.${time}.`, input.body)}`
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    return `v1,${mac(key, `${input.id}.${time}.`, input.body).toString('base64')}`
  })
  return { 'webhook-id': input.id, 'webhook-timestamp': time, 'webhook-signature': tokens.join(' ') }
}

// PKCS #8 wrapping of a bare 32-byte Ed25519 seed (RFC 8410, section 7).
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

function signEd25519(secret: string, prefix: string, body: Uint8Array): string {
  const seed = Buffer.from(secret.slice('whsk_'.length), 'base64').subarray(0, 32)
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' })
  return sign(null, Buffer.concat([Buffer.from(prefix), body]), key).toString('base64')
}

const github: HeaderSigner = ({ secrets, body, type, id }) => ({
  'X-GitHub-Event': type,
  'X-GitHub-Delivery': id,
  'X-Hub-Signature-256': `sha256=${mac(secrets[0]!, body).toString('hex')}`,
})

const langsmith: HeaderSigner = ({ secrets, body }) => ({
  'X-LangSmith-Signature': `sha256=${mac(secrets[0]!, body).toString('hex')}`,
})

const stripe: HeaderSigner = (input) => {
  const time = seconds(input)
  const signatures = input.secrets.map((secret) => `v1=${mac(secret, `${time}.`, input.body).toString('hex')}`)
  return { 'Stripe-Signature': [`t=${time}`, ...signatures].join(',') }
}

// Fleet signs nothing: it sends the header that the webhook's owner chose, with the value the owner gave it.
const fleet: HeaderSigner = ({ secrets: [secret = ''], provider }) => {
  const header = provider?.scheme.secretHeaders[0] ?? 'authorization'
  const isBare = header !== 'authorization' || /^bearer /i.test(secret)
  return { [header === 'authorization' ? 'Authorization' : header]: isBare ? secret : `Bearer ${secret}` }
}

/** Signers by provider name. */
export const signers = {
  sonzai,
  invoratec,
  'standard-webhooks': standardWebhooks,
  github,
  stripe,
  langsmith,
  fleet,
} as const satisfies Record<string, HeaderSigner>
