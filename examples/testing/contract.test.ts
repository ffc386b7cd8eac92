import { createHmac } from 'node:crypto'
import { defineProvider, fromBody, hmac, parts } from 'sallyport/provider'
import { describeProvider } from '@sallyport/contracts'
import * as z from 'zod'

const acme = defineProvider({
  name: 'acme',
  scheme: hmac({
    header: 'x-acme-signature',
    encoding: 'hex',
    signed: [parts.body],
    freshness: fromBody('sent_at', 'iso'),
  }),
  identify: ({ body: { type, data } }) => ({ type, data }),
  events: { 'order.paid': z.looseObject({}) },
})

describeProvider('acme', {
  provider: acme,
  secrets: ['acme-secret-the-first', 'acme-secret-the-second'],
  notSecrets: [],
  signer: ({ secrets, body: bytes }) => ({
    'X-Acme-Signature': createHmac('sha256', secrets[0]!).update(bytes).digest('hex'),
  }),
  signatureHeader: 'x-acme-signature',
  time: 'body',
  type: 'order.paid',
  bodyOf: (type, time, data) => ({ type, sent_at: time, data }),
})
