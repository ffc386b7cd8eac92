import { describe, expect, it } from 'vitest'
import { sonzai } from '../providers/sonzai.ts'
import { signDelivery } from './sign-delivery.ts'

const secret = 'whsec_test'
const now = Date.UTC(2026, 3, 12)

describe('signDelivery', () => {
  it('takes undefined for an option that is left out', () => {
    const options = { secret, now, id: 'msg_1' }
    const absent = { type: undefined, body: undefined, edit: undefined, headers: undefined, signer: undefined }
    expect(signDelivery(sonzai(), { ...options, ...absent })).toEqual(signDelivery(sonzai(), options))
  })

  it('signs a body of null', () => {
    expect(Buffer.from(signDelivery(sonzai(), { secret, body: null }).body).toString()).toBe('null')
  })

  it('gives a signer what a sender may sign', () => {
    const options = { secret, now, id: 'msg_1', type: 'a', body: '{}', method: 'PUT', url: '/a', headers: { b: 'c' } }
    const { plainHeaders } = signDelivery(sonzai(), {
      ...options,
      signer: ({ secrets, signedAt, id, type, method, url, headers }) => ({
        seen: JSON.stringify([secrets, signedAt, id, type, method, url, headers]),
      }),
    })
    expect(plainHeaders['seen']).toBe(JSON.stringify([[secret], now, 'msg_1', 'a', 'PUT', '/a', { b: 'c' }]))
  })

  it('takes no inherited member for a signer or a fixture', () => {
    const body = { event_type: 'x' }
    const { headers } = signDelivery({ ...sonzai(), name: 'constructor' }, { secret, now, body })
    const written = signDelivery(sonzai(), { secret, now, body }).headers
    expect(headers.get('sonzai-signature')).toBe(written.get('sonzai-signature'))
    const { body: bytes } = signDelivery(sonzai(), { secret, type: 'constructor' })
    expect(JSON.parse(Buffer.from(bytes).toString())).toMatchObject({ event_type: 'constructor' })
  })
})
