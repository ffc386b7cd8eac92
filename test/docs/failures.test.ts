import { join } from 'node:path'
import { createReceiver, describeError, RejectError, type Receiver } from 'sallyport'
import { sonzai, type SonzaiEvents } from 'sallyport/providers/sonzai'
import { signDelivery, type SignedDelivery, type SignOptions } from 'sallyport/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { findTable, readDocument } from '../support/docs/markdown.ts'
import { send, startDocumented } from '../support/examples/serve.ts'
import { findFreePort } from '../support/free-port.ts'

const secret = 'whsec_test'
const handlerTimeoutMs = 50

/** What a row of the README's first table says. */
interface Row {
  readonly delivery: string
  readonly answer: string
  readonly said: string
  readonly runs: string
  readonly retry: string
}

const rows = findTable(readDocument('README.md'), 'Delivery').rows.map(
  ([delivery = '', answer = '', said = '', runs = '', retry = '']): Row => ({ delivery, answer, said, runs, retry }),
)

/** What happened to a delivery, and to the same delivery sent again. */
interface Seen {
  readonly status: number
  readonly said: string
  readonly runs: number
  readonly runsAfterRetry: number
  readonly retryStatus: number
}

let runs: number
let handle: (run: number) => unknown
let receiver: Receiver<SonzaiEvents>

beforeEach(() => {
  runs = 0
  handle = () => {}
  receiver = createReceiver(sonzai(), { secret, handlerTimeoutMs })
    .onAny(() => handle(++runs))
    .onError(() => {})
})

const sign = (options: Partial<SignOptions> = {}): SignedDelivery =>
  signDelivery(sonzai(), { secret, type: 'on_wakeup_ready', ...options })

async function observe(delivery: SignedDelivery): Promise<Seen> {
  const { status, code, outcome } = await receiver.receive(delivery)
  const first = runs
  await receiver.settled()
  const { status: retryStatus } = await receiver.receive(delivery)
  return { status, said: code ?? outcome, runs: first, runsAfterRetry: runs, retryStatus }
}

/** Deliveries by row. A retry is worth it if it is accepted once the handler works. */
const cases: Readonly<Record<string, () => Promise<Seen>>> = {
  unsigned: () => observe(sign({ headers: { 'Sonzai-Signature': undefined } })),
  'forged or altered': () => {
    const honest = sign()
    return observe({ ...honest, body: Buffer.concat([honest.body, Buffer.from(' ')]) })
  },
  stale: () => observe(sign({ now: Date.now() - 301_000 })),
  'duplicate or replay': async () => {
    const delivery = sign()
    await receiver.receive(delivery)
    runs = 0
    return observe(delivery)
  },
  'undeclared event type': async () => {
    let told = 0
    receiver.onUnknown(() => told++)
    const seen = await observe(sign({ type: 'agent.hiccup' }))
    expect(told).toBe(1)
    return seen
  },
  'data does not fit its schema': () =>
    observe(sign({ body: { event_type: 'on_wakeup_ready', generated_message: 7 } })),
  'handler rejects the event': () => {
    handle = () => {
      throw new RejectError('The shop is closed.')
    }
    return observe(sign())
  },
  'handler throws': () => {
    handle = (run) => {
      if (run === 1) throw new Error('not now')
    }
    return observe(sign())
  },
  'handler takes too long': () => {
    handle = () => new Promise((resolve) => setTimeout(resolve, 3 * handlerTimeoutMs))
    return observe(sign())
  },
}

describe("README's table of bad deliveries", () => {
  it('has these rows', () => {
    expect(rows.map(({ delivery }) => delivery)).toEqual([...Object.keys(cases), 'process dies in the handler'])
  })

  it.each(rows.filter(({ delivery }) => Object.hasOwn(cases, delivery)))('$delivery', async (row) => {
    const receive = cases[row.delivery]!
    const seen = await receive()

    expect(String(seen.status)).toBe(row.answer)
    expect(row.said).toBe(seen.said === seen.said.toUpperCase() ? `\`${seen.said}\`` : `(outcome \`${seen.said}\`)`)
    expect(seen.runs).toBe(row.runs.startsWith('yes') ? 1 : 0)
    if (row.retry.startsWith('yes')) {
      expect(seen.retryStatus).toBe(200)
      expect(seen.runsAfterRetry).toBe(row.retry.includes('not run twice') ? 1 : 2)
    } else {
      expect(seen.retryStatus).toBe(seen.status)
    }
  })

  it('is right that a stale event is handled when signed again', async () => {
    const body = { event_type: 'on_wakeup_ready' }
    expect((await receiver.receive(sign({ body, now: Date.now() - 301_000 }))).code).toBe('TIMESTAMP_STALE')
    expect((await receiver.receive(sign({ body }))).outcome).toBe('handled')
  })

  it('process dies in the handler', async () => {
    const port = await findFreePort()
    const url = `http://localhost:${port}/`
    const file = join(import.meta.dirname, '../support/docs/dying-program.ts')
    const delivery = sign()

    const dying = await startDocumented(file, port, { SONZAI_WEBHOOK_SECRET: secret, DIES: 'yes' })
    await expect(send(url, delivery)).rejects.toThrow('fetch failed')
    expect((await dying.end()).stdout).toBe('running\n')

    const living = await startDocumented(file, port, { SONZAI_WEBHOOK_SECRET: secret })
    expect(await send(url, delivery)).toEqual({ status: 200, said: 'handled' })
    expect((await living.end('SIGKILL')).stdout).toBe('running\n')
  })

  it('calls a code worth a retry if its status does', () => {
    for (const { said, retry } of rows.filter((row) => row.said.startsWith('`'))) {
      const { status } = describeError(said.replaceAll('`', '') as Parameters<typeof describeError>[0])
      expect(retry.startsWith('yes')).toBe(status === 408 || status >= 500)
    }
  })
})
