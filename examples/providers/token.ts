import { defineProvider, jwt } from 'sallyport/provider'
import * as z from 'zod'

export const acme = defineProvider({
  name: 'acme',
  scheme: jwt({
    header: 'authorization',
    prefix: 'Bearer ',
    algorithms: ['RS256'],
    keys: { from: 'jwks', url: 'https://acme.example/.well-known/jwks.json' },
    issuer: 'https://acme.example',
    audience: 'https://hooks.example.com',
    binds: { to: 'body', claim: 'body_sha256', encoding: 'hex' },
  }),
  identify: ({ body: { id, type, data } }) => ({ id: String(id), type, data }),
  events: { 'order.paid': z.looseObject({}) },
})
