import { createHmac } from 'node:crypto'
import { createReceiver, safeVerify } from 'sallyport'
import { supabase } from 'sallyport/providers/supabase'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSender } from '../support/senders/describe-sender.ts'
import { standardRules } from '../support/senders/standard-rules.ts'

const secrets = ['v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'v1,whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'] as const

describeSender('supabase', supabase(), {
  ...standardRules,
  severalJoinedBy: ', ',
  deviations: { 'joined signatures': 'signatures of several secrets are joined as hosts join repeated headers' },
  secrets,
  notSecrets: ['v1,whsec_', 'v1,', 'whsec_'],
  type: 'send_sms',
  // A body that is none of these names no hook.
  bodyOf: (type, _time, data) => (type === 'send_sms' ? { user: {}, sms: {}, ...data } : { ...data }),
})

describe('a hook of Supabase', () => {
  it.each(Object.keys(supabase().events))('is told by its members: %s', async (type) => {
    const { plainHeaders: headers, body } = signDelivery(supabase(), { secret: secrets[0], type })
    const result = await safeVerify(supabase(), { secret: secrets[0], headers, body })
    expect(result.ok && result.event.type).toBe(type)
  })

  // The names of https://github.com/supabase/auth/blob/master/internal/hooks/v0hooks/v0hooks.go.
  it.each([
    ['send-sms', 'send_sms'],
    ['send-email', 'send_email'],
    ['customize-access-token', 'custom_access_token'],
    ['mfa-verification', 'mfa_verification_attempt'],
    ['password-verification', 'password_verification_attempt'],
    ['before-user-created', 'before_user_created'],
    ['after-user-created', 'after_user_created'],
    ['another-hook', 'another_hook'],
  ])('is told by its name where it has one: %s', async (name, type) => {
    const members = { user: {}, sms: {}, email_data: {}, user_id: 'u1', claims: {}, factor_id: 'f1', valid: true }
    const body = { metadata: { uuid: '8b34dcdd-9df1-4c10-850a-b3277c653040', name }, ...members }
    const { plainHeaders: headers, body: bytes } = signDelivery(supabase(), { secret: secrets[0], body })
    expect(await safeVerify(supabase(), { secret: secrets[0], headers, body: bytes })).toMatchObject({
      event: { type },
    })
  })
})

// https://github.com/supabase/auth/blob/master/internal/hooks/hookshttp/hookshttp.go joins the signatures by a comma and a space.
describe('a hook of Supabase with two secrets', () => {
  const body = Buffer.from('{"user":{},"sms":{"otp":"123456"}}')
  const time = String(Math.floor(Date.now() / 1000))
  const sign = (secret: string): string => {
    const key = Buffer.from(secret.replace('v1,whsec_', ''), 'base64')
    return `v1,${createHmac('sha256', key).update(`msg_1.${time}.`).update(body).digest('base64')}`
  }
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': time,
    'webhook-signature': secrets.map(sign).join(', '),
  }

  it.each(secrets)('is accepted with either: %s', async (secret) => {
    expect(await safeVerify(supabase(), { secret, headers, body })).toMatchObject({ ok: true })
  })

  it('is rejected with a third', async () => {
    const secret = 'v1,whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    expect(await safeVerify(supabase(), { secret, headers, body })).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })
})

describe('a handler of Supabase that is too slow', () => {
  it('is answered with a status that is not retried', async () => {
    const receiver = createReceiver(supabase(), { secret: secrets[0], handlerTimeoutMs: 5 })
    receiver.on('send_sms', () => new Promise(() => {}))
    receiver.onError(() => {})
    const reply = await receiver.receive(signDelivery(supabase(), { secret: secrets[0], type: 'send_sms' }))
    expect(reply).toMatchObject({ code: 'HANDLER_TIMEOUT', status: 500 })
    expect(reply.headers).not.toHaveProperty('retry-after')
  })
})
