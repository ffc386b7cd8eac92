import { createHmac } from 'node:crypto'
import { diagnose } from 'sallyport/diagnose'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { describe, expect, it } from 'vitest'
import { arrive, findingsOf, signedAt } from '../support/diagnose/signed.ts'

const secret = 'whsec_dGhlIHNlY3JldCBieXRlcw=='
const seconds = 1_000
const hours = 3_600 * seconds

describe('diagnose: timestamps', () => {
  it.each([
    ['5 minutes old', 301 * seconds, 'TIMESTAMP_STALE', 'TIME_OLD', '5 minutes before'],
    ['a day old', 25.3 * hours, 'TIMESTAMP_STALE', 'TIME_OLD', '25 hours before'],
    ['5 minutes ahead', -301 * seconds, 'TIMESTAMP_FUTURE', 'TIME_AHEAD', '5 minutes after'],
    ['an hour old', hours, 'TIMESTAMP_STALE', 'TIME_OLD', '60 minutes before'],
    ['two hours ahead', -2 * hours, 'TIMESTAMP_FUTURE', 'TIME_AHEAD', '2 hours after'],
    ['five and a half hours old', 5.5 * hours + 2 * seconds, 'TIMESTAMP_STALE', 'TIME_OLD', '6 hours before'],
  ])('explains a timestamp %s', async (_what, age, code, cause, text) => {
    // A day and a bit is no zone.
    const isZone = Math.abs(age) >= hours && Math.abs(age) < 14 * hours
    for (const provider of [sonzai(), invoratec(), standardWebhooks({ events: {} })] as ReturnType<typeof sonzai>[]) {
      const delivery = arrive(provider, { secret }, () => ({ receivedAt: signedAt + age }))
      const diagnosis = await diagnose(provider, delivery, { secret })
      expect(diagnosis).toMatchObject({ ok: false, code })
      const [first, ...more] = diagnosis.findings
      expect(first).toMatchObject({ cause, certainty: 'proven', detail: expect.stringContaining(text) })
      expect(findingsOf({ ok: false, findings: more })).toEqual(isZone ? [['TIME_ZONE', 'possible']] : [])
    }
  })

  it('explains milliseconds instead of seconds', async () => {
    const body = Buffer.from('{"event_type":"agent.message"}')
    const mac = createHmac('sha256', secret.replace('whsec_', '')).update(`${signedAt}.`).update(body).digest('hex')
    const delivery = arrive(sonzai(), { secret, body, headers: { 'sonzai-signature': `t=${signedAt},v1=${mac}` } })
    expect(await diagnose(sonzai(), delivery, { secret })).toMatchObject({
      code: 'TIMESTAMP_FUTURE',
      findings: [{ cause: 'TIME_UNIT', certainty: 'proven' }],
    })
  })

  it('applies the given tolerance', async () => {
    const delivery = arrive(sonzai(), { secret }, () => ({ receivedAt: signedAt + 400 * seconds }))
    expect((await diagnose(sonzai(), delivery, { secret, toleranceMs: 500_000 })).ok).toBe(true)
    expect((await diagnose(sonzai(), delivery, { secret, toleranceMs: 60_000 })).findings[0]!.detail).toContain(
      'allowed are 60 s',
    )
  })
})
