import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'

/** Header values by lower-case name, as in `request.headers`. */
export type PlainHeaders = Readonly<Record<string, string | undefined>>

/** Verifies and parses one delivery; throws if it is not authentic. */
export type Floor = (headers: PlainHeaders, body: Buffer) => unknown

/**
 * The floors: what a competent developer writes by hand for one sender, `createHmac`, `timingSafeEqual` and `JSON.parse`,
 * with a time check if the sender signs one. They do less than a receiver: no check for duplicated headers, no strict
 * decoding, no rotation, one error for everything.
 */
export const floors = {
  'standard-webhooks': standardWebhooksFloor,
  github: bodyHmacFloor('x-hub-signature-256'),
  stripe: timedHmacFloor('stripe-signature'),
  sonzai: (secret: string) => timedHmacFloor('sonzai-signature')(secret.slice('whsec_'.length)),
  invoratec: invoratecFloor,
} as const satisfies Readonly<Record<string, (secret: string) => Floor>>

const toleranceSeconds = 300

function standardWebhooksFloor(secret: string): Floor {
  // A key object: with plain bytes, `createHmac` takes several times as long.
  const key = createSecretKey(secret.slice('whsec_'.length), 'base64')
  return (headers, body) => {
    const id = headers['webhook-id']
    const time = headers['webhook-timestamp']
    const signatures = headers['webhook-signature']
    if (!id || !time || !signatures) throw new Error('header missing')
    checkAge(Number(time))
    const expected = createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest()
    const isAuthentic = signatures.split(' ').some((token) => {
      const [version, signature = ''] = token.split(',')
      return version === 'v1' && isEqual(expected, Buffer.from(signature, 'base64'))
    })
    if (!isAuthentic) throw new Error('signature mismatch')
    return JSON.parse(body.toString())
  }
}

/** `sha256=<hex>` over the body alone. */
function bodyHmacFloor(header: string): (secret: string) => Floor {
  return (secret) => (headers, body) => {
    const signature = headers[header]
    if (!signature?.startsWith('sha256=')) throw new Error('header missing')
    const expected = createHmac('sha256', secret).update(body).digest()
    if (!isEqual(expected, Buffer.from(signature.slice(7), 'hex'))) throw new Error('signature mismatch')
    return JSON.parse(body.toString())
  }
}

function invoratecFloor(secret: string): Floor {
  const verify = bodyHmacFloor('x-webhook-signature')(secret)
  return (headers, body) => {
    const event = verify(headers, body) as { readonly timestamp: string }
    checkAge(Date.parse(event.timestamp) / 1000)
    return event
  }
}

/** `t=<seconds>,v1=<hex>` over `<t>.<body>`. */
function timedHmacFloor(header: string): (secret: string) => Floor {
  return (secret) => (headers, body) => {
    const value = headers[header]
    if (!value) throw new Error('header missing')
    let time = ''
    const signatures: string[] = []
    for (const field of value.split(',')) {
      if (field.startsWith('t=')) time = field.slice(2)
      else if (field.startsWith('v1=')) signatures.push(field.slice(3))
    }
    checkAge(Number(time))
    const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest()
    if (!signatures.some((signature) => isEqual(expected, Buffer.from(signature, 'hex'))))
      throw new Error('signature mismatch')
    return JSON.parse(body.toString())
  }
}

/** In constant time. */
export function isEqual(expected: Buffer, presented: Buffer): boolean {
  return presented.length === expected.length && timingSafeEqual(expected, presented)
}

/** @throws Error for a time more than five minutes away, or one that is not a number */
export function checkAge(seconds: number): void {
  // The negation also rejects NaN.
  if (!(Math.abs(Date.now() / 1000 - seconds) <= toleranceSeconds)) throw new Error('too old, or from the future')
}
