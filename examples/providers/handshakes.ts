import { defineProvider, fromHeader, hmac, parts, tokenChallenge } from 'sallyport/provider'
import * as z from 'zod'

/** A sender that checks the endpoint: by a signed POST with a challenge, and by a GET with the verify token. */
export function chat(verifyToken: string) {
  return defineProvider({
    name: 'chat',
    scheme: hmac({
      header: 'x-chat-signature',
      prefix: 'v0=',
      encoding: 'hex',
      signed: [parts.literal('v0:'), parts.header('x-chat-time'), parts.literal(':'), parts.body],
      freshness: fromHeader('x-chat-time', 'seconds'),
    }),
    identify: ({ body: { id, type, ...data } }) => ({ id: String(id), type, data }),
    events: { message: z.looseObject({ text: z.string() }) },
    handshake: {
      signed: ({ body: { type, challenge } }) => (type === 'url_verification' ? { json: { challenge } } : undefined),
      get: tokenChallenge({
        token: verifyToken,
        tokenParameter: 'hub.verify_token',
        challengeParameter: 'hub.challenge',
        fixed: { 'hub.mode': 'subscribe' },
      }),
    },
  })
}
