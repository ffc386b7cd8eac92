import { createReceiver, type DeliveryReport } from 'sallyport'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import type { TriggeredDelivery } from '@sallyport/sandbox'
import { describe, expect, it } from 'vitest'
import { call, keys, useBench } from '../support/sandbox/open-sandbox.ts'

const bench = useBench()

/** What each attempt of one delivery was answered: the outcome or the code of the refusal. */
async function answersOf([delivery]: readonly TriggeredDelivery[]): Promise<string[]> {
  const { attempts } = await delivery!.finished
  return attempts.map(({ responseCode, responseBody = '{}' }) => {
    const { outcome, code } = JSON.parse(responseBody) as { outcome?: string; code?: string }
    return `${responseCode} ${outcome ?? code ?? ''}`.trim()
  })
}

async function startSonzai() {
  const sandbox = await bench.start({ retry: { attempts: 2, delayMs: 0 } })
  const secrets: string[] = []
  const seen: unknown[] = []
  const receiver = createReceiver(sonzai(), { secret: () => secrets, bodyTimeoutMs: 1_500 }).onAny(({ data }) => {
    seen.push(data)
  })
  const webhookUrl = await bench.serve(receiver)
  secrets.push(sandbox.sonzai.register('agent.message', { webhookUrl }).signingSecret!)
  return {
    sandbox,
    seen,
    secrets,
    trigger: (...faults: string[]) => sandbox.sonzai.trigger('agent.message', { faults }),
  }
}

async function startInvoratec() {
  const sandbox = await bench.start({ retry: { attempts: 2, delayMs: 0 } })
  const refused: DeliveryReport[] = []
  const receiver = createReceiver(invoratec(), { secret: 'my-webhook-secret', bodyTimeoutMs: 1_500 })
    .onAny(() => {})
    .onReject((report) => void refused.push(report))
  const url = await bench.serve(receiver)
  sandbox.invoratec.register({ event: 'tool.executed', url, secret: 'my-webhook-secret' })
  return { sandbox, refused, trigger: (...faults: string[]) => sandbox.invoratec.trigger('tool.executed', { faults }) }
}

describe('the sandbox', () => {
  describe.each([
    ['sonzai', startSonzai],
    ['invoratec', startInvoratec],
  ])('deliveries of %s', (_platform, start) => {
    it('are handled by a receiver', async () => {
      const { trigger } = await start()
      expect(await answersOf(trigger())).toEqual(['200 handled'])
    })

    it.each([
      // What happens to the first attempt; the retry is genuine.
      ['duplicate', ['200 handled', '200 duplicate']],
      ['drop', ['0', '200 handled']],
      ['corrupt', ['401 SIGNATURE_MISMATCH', '200 handled']],
      ['wrong-signature', ['401 SIGNATURE_MISMATCH', '200 handled']],
      ['stale', ['401 TIMESTAMP_STALE', '200 handled']],
      ['slow-body', ['408 BODY_TIMEOUT', '200 handled']],
    ])('answer the fault %s with %j', async (fault, answers) => {
      const { trigger } = await start()
      expect(await answersOf(trigger(fault))).toEqual(answers)
    })

    it('arrive late with an older signature if delayed', async () => {
      const { sandbox, trigger } = await start()
      const deliveries = trigger('delay:1:2000')
      await sandbox.idle()
      bench.clock.advance(2000)
      expect(await answersOf(deliveries)).toEqual(['200 handled'])
    })

    it('arrive in another order if reordered', async () => {
      const { trigger } = await start()
      const order: string[] = []
      const note =
        (name: string) =>
        async ([delivery]: readonly TriggeredDelivery[]) => {
          await delivery!.finished
          order.push(name)
        }
      await Promise.all([note('first')(trigger('reorder')), note('second')(trigger())])
      expect(order).toEqual(['second', 'first'])
    })
  })

  it('are signed with the new secret right after a rotation', async () => {
    const { sandbox, secrets, trigger } = await startSonzai()
    const { status, body } = await call(sandbox, 'POST', '/api/v1/webhooks/agent.message/rotate-secret', {
      key: keys.sonzai,
    })
    expect(status).toBe(200)
    expect(await answersOf(trigger())).toEqual(['401 SIGNATURE_MISMATCH', '401 SIGNATURE_MISMATCH'])
    secrets.push((body as { signing_secret: string }).signing_secret)
    expect(await answersOf(trigger())).toEqual(['200 handled'])
  })

  it('differ from each other, so receivers see no duplicate', async () => {
    const sandbox = await bench.start()
    const bodies: string[] = []
    const url = await bench.serveWith((request, response) => {
      void request.toArray().then((chunks: Buffer[]) => {
        bodies.push(Buffer.concat(chunks).toString())
        return response.end()
      })
    })
    for (const event of sandbox.sonzai.eventTypes) sandbox.sonzai.register(event, { webhookUrl: url })
    for (const event of sandbox.invoratec.eventTypes) sandbox.invoratec.register({ event, url })
    for (let round = 0; round < 3; round += 1) {
      for (const event of sandbox.sonzai.eventTypes) sandbox.sonzai.trigger(event)
      for (const event of sandbox.invoratec.eventTypes) sandbox.invoratec.trigger(event)
    }
    await sandbox.settled()
    expect(bodies).toHaveLength(3 * 42)
    expect(new Set(bodies).size).toBe(3 * 42)
    const ids = bodies.join().match(/"(?:wakeup_id|id)":"(?:wk|mem|rec|m|s|run|bk)_[^"]+"/g) ?? []
    expect(ids.length).toBeGreaterThan(15)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
