import { safeVerify } from 'sallyport'
import { supabase } from 'sallyport/providers/supabase'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSender } from '../support/senders/describe-sender.ts'
import { standardRules } from '../support/senders/standard-rules.ts'

const secrets = ['v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'v1,whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'] as const

describeSender('supabase', supabase(), {
  ...standardRules,
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
})
