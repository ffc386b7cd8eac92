import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createReceiver, deliveryChannel, refusalChannel, type DeliveryReport } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
import { recordDeliveries } from 'sallyport/record'
import { describe, expect, it, onTestFinished } from 'vitest'
import { both, createEndpoint, paid, push, secrets, unsigned } from '../support/any-of/endpoint.ts'

describe('reports of anyOf', () => {
  it('reach hooks, channels and records: of senders and of deliveries without one', async () => {
    const endpoint = createEndpoint({ name: 'hooks' })
    const record = recordDeliveries({ receivers: [endpoint] })
    const heard: string[] = []
    const note = (report: unknown): void => {
      const { provider, code = 'fine' } = report as DeliveryReport
      heard.push(`${provider} ${code}`)
    }
    subscribe(deliveryChannel, note)
    subscribe(refusalChannel, note)
    onTestFinished(() => {
      unsubscribe(deliveryChannel, note)
      unsubscribe(refusalChannel, note)
      record.stop()
    })
    const rejected: string[] = []
    endpoint.onReject(({ provider, code, remoteAddress, status }) => {
      rejected.push(`${provider} ${code} ${status} ${remoteAddress}`)
    })
    const from = { remoteAddress: '203.0.113.9' }
    await endpoint.receive({ ...unsigned, ...from })
    await endpoint.receive({ ...both(), ...from })
    await endpoint.receive({ ...push({ secret: 'other' }), ...from })
    await endpoint.receive({ ...paid(), ...from })
    // Not of this endpoint.
    await createReceiver(sonzai(), { secret: 'whsec_x' }).receive(unsigned)
    const own = ['hooks SENDER_UNKNOWN', 'hooks SENDER_AMBIGUOUS', 'github SIGNATURE_MISMATCH']
    expect(rejected).toEqual([`${own[0]} 401`, `${own[1]} 400`, `${own[2]} 401`].map((text) => `${text} 203.0.113.9`))
    expect(heard.filter((text) => !text.startsWith('sonzai'))).toEqual(
      [...own, ...own, 'stripe fine'].toSorted((a, b) => order(a) - order(b)),
    )
    expect(record.refused().map(({ provider, code }) => `${provider} ${code}`)).toEqual(own.toReversed())
    expect(record.refused({ code: 'SENDER_AMBIGUOUS' })[0]!.headerNames).toContain('x-hub-signature-256')
    expect(record.recent()).toHaveLength(4)
    function order(text: string): number {
      return [...own, 'stripe fine'].indexOf(text)
    }
  })

  it('are counted: of each sender, and of none', async () => {
    const endpoint = createEndpoint()
    for (const delivery of [unsigned, unsigned, both(), push({ secret: 'x' }), paid()]) await endpoint.receive(delivery)
    expect(endpoint.counts()).toEqual({
      undecided: { outcomes: { refused: 3 }, codes: { SENDER_UNKNOWN: 2, SENDER_AMBIGUOUS: 1 } },
      senders: {
        github: { outcomes: { refused: 1 }, codes: { SIGNATURE_MISMATCH: 1 } },
        stripe: { outcomes: { ignored: 1 }, codes: {} },
      },
    })
  })

  it('show neither signatures nor secrets', async () => {
    const reports: unknown[] = []
    const endpoint = createEndpoint().onReject((report) => void reports.push(report))
    const reply = await endpoint.receive(paid({ headers: { 'x-hub-signature-256': 'of-a-stranger' } }))
    const shown = JSON.stringify([reports, reply, endpoint.describe(), endpoint.counts()])
    for (const secret of ['of-a-stranger', ...Object.values(secrets), paid().headers.get('stripe-signature')!])
      expect(shown).not.toContain(secret)
  })

  it('have the time of the clock', async () => {
    const reports: DeliveryReport[] = []
    await createEndpoint({ now: () => 1_700_000_000_000 })
      .onReject((report) => void reports.push(report))
      .receive(unsigned)
    expect(reports).toMatchObject([{ receivedAt: new Date(1_700_000_000_000), durationMs: 0, provider: 'any-of' }])
  })
})

describe('the description', () => {
  it('says what each sender is chosen by and what its receiver enforces', () => {
    const endpoint = createEndpoint().on('github', 'push', () => {})
    const { name, senders } = endpoint.describe()
    expect(name).toBe('any-of')
    expect(Object.keys(senders)).toEqual(['github', 'stripe'])
    expect(senders.github).toEqual({
      ...endpoint.receivers.github.describe(),
      chosenBy: ['the header x-hub-signature-256'],
    })
    expect(senders.github.handled).toEqual(['push'])
    expect(senders.stripe).toMatchObject({ provider: 'stripe', limits: { maxBodyBytes: 100_000 } })
  })
})
