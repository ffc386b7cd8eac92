import type { IncomingMessage, ServerResponse } from 'node:http'
import { createReceiver } from 'sallyport'
import { invoratec } from 'sallyport/providers/invoratec'
import { describe, expect, it } from 'vitest'
import { useBench } from '../support/sandbox/open-sandbox.ts'

const bench = useBench()

/** Serves answers in turn, the last one for ever. */
async function serveAnswers(...answers: ((response: ServerResponse, request: IncomingMessage) => void)[]) {
  const requests: { readonly t: string | undefined }[] = []
  const url = await bench.serveWith((request, response) => {
    requests.push({ t: /t=(\d+)/.exec(String(request.headers['sonzai-signature']))?.[1] })
    answers[Math.min(requests.length, answers.length) - 1]!(response, request)
  })
  return { url, requests }
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(code, headers).end()
  }

describe('a delivery of the sandbox', () => {
  it('retries with growing waits and a new signature', async () => {
    const sandbox = await bench.start({ retry: { attempts: 4, delayMs: 10_000 } })
    const { url, requests } = await serveAnswers(status(500), status(401), status(302), status(204))
    sandbox.sonzai.register('agent.message', { webhookUrl: url })
    const [delivery] = sandbox.sonzai.trigger('agent.message')
    for (const wait of [10_000, 20_000, 40_000]) {
      await sandbox.idle()
      bench.clock.advance(wait)
    }
    const { status: ended, attempts } = await delivery!.finished
    expect(ended).toBe('delivered')
    expect(attempts.map(({ responseCode, attemptNumber }) => [attemptNumber, responseCode])).toEqual([
      [1, 500],
      [2, 401],
      [3, 302],
      [4, 204],
    ])
    expect(new Set(requests.map(({ t }) => t)).size).toBe(4)
  })

  it('retries an Invoratec event with a new header time', async () => {
    const sandbox = await bench.start({ retry: { attempts: 2, delayMs: 10_000 } })
    const headerTimes: (string | undefined)[] = []
    const receiver = createReceiver(invoratec(), { secret: 'my-webhook-secret', now: () => bench.clock.now() })
    receiver
      .onError(() => {})
      .on('app.installed', (_event, { headers }) => {
        headerTimes.push(headers.get('x-webhook-timestamp'))
        if (headerTimes.length === 1) throw new Error('not yet')
      })
    sandbox.invoratec.register({
      event: 'app.installed',
      url: await bench.serve(receiver),
      secret: 'my-webhook-secret',
    })
    const [delivery] = sandbox.invoratec.trigger('app.installed')
    await sandbox.idle()
    bench.clock.advance(10_000)
    expect((await delivery!.finished).attempts.map(({ responseCode }) => responseCode)).toEqual([500, 200])
    expect(new Set(headerTimes).size).toBe(2)
  })

  it('fails after the last attempt', async () => {
    const sandbox = await bench.start({ retry: { attempts: 2, delayMs: 0 } })
    const { url, requests } = await serveAnswers(status(500))
    const { id } = sandbox.invoratec.register({ event: 'app.installed', url })
    const [delivery] = sandbox.invoratec.trigger('app.installed')
    expect((await delivery!.finished).status).toBe('failed')
    expect(requests).toHaveLength(2)
    expect(sandbox.invoratec.list()).toMatchObject([{ id, failCount: 2 }])
  })

  it('honors Retry-After', async () => {
    const sandbox = await bench.start({ retry: { delayMs: 1000 } })
    const { url, requests } = await serveAnswers(status(429, { 'retry-after': '30' }), status(200))
    sandbox.sonzai.register('agent.message', { webhookUrl: url })
    sandbox.sonzai.trigger('agent.message')
    await sandbox.idle()
    bench.clock.advance(29_999)
    await sandbox.idle()
    expect(requests).toHaveLength(1)
    bench.clock.advance(1)
    await sandbox.settled()
    expect(requests).toHaveLength(2)
  })

  it('stops when the webhook is deleted', async () => {
    const sandbox = await bench.start()
    const { url, requests } = await serveAnswers(status(500))
    sandbox.sonzai.register('agent.message', { webhookUrl: url })
    const [delivery] = sandbox.sonzai.trigger('agent.message')
    await sandbox.idle()
    sandbox.sonzai.delete('agent.message')
    bench.clock.advance(60_000)
    expect((await delivery!.finished).status).toBe('cancelled')
    expect(requests).toHaveLength(1)
  })

  it('signs a retry with the rotated secret', async () => {
    const sandbox = await bench.start({ retry: { delayMs: 0 } })
    const signatures: string[] = []
    const url = await bench.serveWith((request, response) => {
      signatures.push(String(request.headers['sonzai-signature']))
      if (signatures.length === 1) sandbox.sonzai.rotateSecret('agent.message')
      response.writeHead(signatures.length === 1 ? 500 : 200).end()
    })
    sandbox.sonzai.register('agent.message', { webhookUrl: url })
    await Promise.all(sandbox.sonzai.trigger('agent.message').map(({ finished }) => finished))
    expect(new Set(signatures).size).toBe(2)
  })

  it('limits concurrent requests', async () => {
    const sandbox = await bench.start({ concurrency: 3 })
    const ping = await bench.serveWith((_request, response) => void response.end())
    const open: (() => void)[] = []
    const sizes: number[] = []
    const url = await bench.serveWith((_request, response) => {
      open.push(() => response.end())
      if (open.length < 3) return
      // Whatever else was on its way has arrived when other requests have come and gone.
      void (async () => {
        for (let round = 0; round < 3; round += 1) await fetch(ping)
        sizes.push(open.length)
        for (const end of open.splice(0)) end()
      })()
    })
    sandbox.sonzai.register('agent.message', { webhookUrl: url })
    const deliveries = Array.from({ length: 12 }, () => sandbox.sonzai.trigger('agent.message')).flat()
    const results = await Promise.all(deliveries.map(({ finished }) => finished))
    expect(results.every(({ status: ended }) => ended === 'delivered')).toBe(true)
    expect(sizes).toEqual([3, 3, 3, 3])
  })

  it('repeats faults for the same seed at any timing', async () => {
    const run = async (seed: number): Promise<string[]> => {
      const sandbox = await bench.start({ seed, faults: ['drop:0.4', 'duplicate:0.3'], retry: { attempts: 1 } })
      let count = 0
      const url = await bench.serveWith((_request, response) => {
        count += 1
        setImmediate(() => (count % 3 === 0 ? setImmediate(() => response.end()) : response.end()))
      })
      sandbox.sonzai.register('agent.message', { webhookUrl: url })
      const deliveries = Array.from({ length: 30 }, () => sandbox.sonzai.trigger('agent.message')).flat()
      const results = await Promise.all(deliveries.map(({ finished }) => finished))
      return results.map(({ attempts }) => attempts[0]!.faults.join('+'))
    }
    const first = await run(42)
    expect(await run(42)).toEqual(first)
    expect(await run(43)).not.toEqual(first)
    expect(new Set(first).size).toBeGreaterThan(2)
  })

  it('combines faults of delivery, webhook and sandbox', async () => {
    const sandbox = await bench.start({ faults: ['duplicate'], retry: { attempts: 1 } })
    const { url, requests } = await serveAnswers(status(200))
    sandbox.sonzai.register('agent.message', { webhookUrl: url })
    const send = async (...faults: string[]): Promise<readonly string[]> => {
      const [delivery] = sandbox.sonzai.trigger('agent.message', { faults })
      return (await delivery!.finished).attempts[0]!.faults
    }
    expect(await send()).toEqual(['duplicate'])
    sandbox.sonzai.setFaults('agent.message', ['stale'])
    expect(await send('wrong-signature')).toEqual(['wrong-signature', 'stale', 'duplicate'])
    sandbox.sonzai.setFaults('agent.message', [])
    sandbox.setFaults([])
    expect(await send()).toEqual([])
    expect(requests).toHaveLength(5)
  })

  it('lets the second delivery overtake a held one', async () => {
    const sandbox = await bench.start({ faults: ['reorder'] })
    const order: unknown[] = []
    const url = await bench.serveWith((request, response) => {
      void request.toArray().then((chunks: Buffer[]) => {
        order.push((JSON.parse(Buffer.concat(chunks).toString()) as { n: unknown }).n)
        return response.end()
      })
    })
    sandbox.sonzai.register('agent.message', { webhookUrl: url })
    const deliveries = [1, 2].flatMap((n) => sandbox.sonzai.trigger('agent.message', { data: { n } }))
    await Promise.all(deliveries.map(({ finished }) => finished))
    expect(order).toEqual([2, 1])
    // Without a delivery to overtake it, it is sent after its wait.
    sandbox.sonzai.trigger('agent.message', { data: { n: 3 } })
    await sandbox.idle()
    expect(order).toEqual([2, 1])
    bench.clock.advance(1000)
    await sandbox.settled()
    expect(order).toEqual([2, 1, 3])
  })
})
