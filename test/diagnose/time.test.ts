import { createHmac } from 'node:crypto'
import { diagnose } from 'sallyport/diagnose'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { describe, expect, it } from 'vitest'
import { arrive, signedAt } from '../support/diagnose/signed.ts'

const secret = 'whsec_dGhlIHNlY3JldCBieXRlcw=='
const seconds = 1_000
const hours = 3_600 * seconds

describe('diagnose: timestamps', () => {
  it.each([
    ['5 minutes old', 301 * seconds, 'TIMESTAMP_STALE', 'TIME_OLD', '5 minutes before'],
    ['a day old', 25.3 * hours, 'TIMESTAMP_STALE', 'TIME_OLD', '25 hours before'],
    ['5 minutes ahead', -301 * seconds, 'TIMESTAMP_FUTURE', 'TIME_AHEAD', '5 minutes after'],
    ['two hours ahead', -2 * hours, 'TIMESTAMP_FUTURE', 'TIME_ZONE', '2 hours after'],
    ['five and a half hours old', 5.5 * hours + 2 * seconds, 'TIMESTAMP_STALE', 'TIME_ZONE', '6 hours before'],
  ])('explains a timestamp %s', (_what, age, code, cause, text) => {
    for (const provider of [sonzai(), invoratec(), standardWebhooks({ events: {} })] as ReturnType<typeof sonzai>[]) {
      const delivery = arrive(provider, { secret }, () => ({ receivedAt: signedAt + age }))
      const diagnosis = diagnose(provider, delivery, { secret })
      expect(diagnosis).toMatchObject({ ok: false, code, findings: [{ cause, detail: expect.stringContaining(text) }] })
    }
  })

  it('explains milliseconds instead of seconds', () => {
    const body = Buffer.from('{"event_type":"agent.message"}')
    const mac = createHmac('sha256', secret.replace('whsec_', '')).update(`${signedAt}.`).update(body).digest('hex')
    const delivery = arrive(sonzai(), { secret, body, headers: { 'sonzai-signature': `t=${signedAt},v1=${mac}` } })
    expect(diagnose(sonzai(), delivery, { secret })).toMatchObject({
      code: 'TIMESTAMP_FUTURE',
      findings: [{ cause: 'TIME_UNIT', certainty: 'proven' }],
    })
  })

  it('applies the given tolerance', () => {
    const delivery = arrive(sonzai(), { secret }, () => ({ receivedAt: signedAt + 400 * seconds }))
    expect(diagnose(sonzai(), delivery, { secret, toleranceMs: 500_000 }).ok).toBe(true)
    expect(diagnose(sonzai(), delivery, { secret, toleranceMs: 60_000 }).findings[0]!.detail).toContain(
      'allowed are 60 s',
    )
  })
})
