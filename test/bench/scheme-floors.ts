import { createHash, createHmac, createPublicKey, createSecretKey, verify } from 'node:crypto'
import { jwtVerify } from 'jose'
import { checkAge, isEqual, type Floor } from './floors.ts'

/**
 * The floors of the other schemes, as short as those in `floors.ts`. Only the token is verified by a library: nobody should write
 * that by hand.
 */
export const schemeFloors = {
  slack: slackFloor,
  square: squareFloor,
  discord: discordFloor,
  sendgrid: sendgridFloor,
  livekit: livekitFloor,
} as const

/** `v0=<hex>` over `v0:<time>:<body>`; the body is a form. */
function slackFloor(secret: string): Floor {
  return (headers, body) => {
    const time = headers['x-slack-request-timestamp']
    const signature = headers['x-slack-signature']
    if (!time || !signature?.startsWith('v0=')) throw new Error('header missing')
    checkAge(Number(time))
    const expected = createHmac('sha256', secret).update(`v0:${time}:`).update(body).digest()
    if (!isEqual(expected, Buffer.from(signature.slice(3), 'hex'))) throw new Error('signature mismatch')
    return Object.fromEntries(new URLSearchParams(body.toString()))
  }
}

/** Base64 over the URL and the body. */
function squareFloor(secret: string, url: string): Floor {
  return (headers, body) => {
    const signature = headers['x-square-hmacsha256-signature']
    if (!signature) throw new Error('header missing')
    const expected = createHmac('sha256', secret).update(url).update(body).digest()
    if (!isEqual(expected, Buffer.from(signature, 'base64'))) throw new Error('signature mismatch')
    return JSON.parse(body.toString())
  }
}

/** Ed25519, in hex, over the time and the body. */
function discordFloor(publicKey: string): Floor {
  const x = Buffer.from(publicKey, 'hex').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return (headers, body) => {
    const time = headers['x-signature-timestamp']
    const signature = headers['x-signature-ed25519']
    if (!time || !signature) throw new Error('header missing')
    checkAge(Number(time))
    if (!verify(null, Buffer.concat([Buffer.from(time), body]), key, Buffer.from(signature, 'hex')))
      throw new Error('signature mismatch')
    return JSON.parse(body.toString())
  }
}

/** ECDSA on P-256, in base64, over the time and the body. */
function sendgridFloor(publicKey: string): Floor {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
  return (headers, body) => {
    const time = headers['x-twilio-email-event-webhook-timestamp']
    const signature = headers['x-twilio-email-event-webhook-signature']
    if (!time || !signature) throw new Error('header missing')
    checkAge(Number(time))
    if (!verify('sha256', Buffer.concat([Buffer.from(time), body]), key, Buffer.from(signature, 'base64')))
      throw new Error('signature mismatch')
    return JSON.parse(body.toString())
  }
}

/** A token with the hash of the body. */
function livekitFloor(secret: string, issuer: string): Floor {
  const key = createSecretKey(secret, 'utf8')
  return async (headers, body) => {
    const { payload } = await jwtVerify(headers['authorization'] ?? '', key, { issuer, algorithms: ['HS256'] })
    checkAge(payload.nbf ?? Number.NaN)
    const expected = createHash('sha256').update(body).digest()
    if (!isEqual(expected, Buffer.from(String(payload['sha256']), 'base64'))) throw new Error('body altered')
    return JSON.parse(body.toString())
  }
}
