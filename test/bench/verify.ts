import { verify as verifyOctokit } from '@octokit/webhooks-methods'
import { createVerifier, type EventMap, type Provider } from 'sallyport'
import { toHeaderList, type HeaderList } from 'sallyport/provider'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery } from 'sallyport/testing'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import { makeBody, sizes } from './bodies.ts'
import { floors, type PlainHeaders } from './floors.ts'
import { compare, type Effort } from './measure.ts'
import type { BenchOptions, Row } from './report.ts'

/** One delivery as it reaches a route: its headers in both forms, and the body's bytes. */
interface Arrival {
  readonly headerList: HeaderList
  readonly headers: PlainHeaders
  readonly body: Buffer
}

/** Verifies and parses one delivery; throws, or returns no object, if it is not authentic. */
type Receive = (arrival: Arrival) => unknown

/** A sender's form of signature, and the libraries that verify it. */
interface Form {
  readonly provider: Provider
  readonly secret: string
  readonly type: string
  readonly floor: Receive
  readonly peers: Readonly<Record<string, Receive>>
}

/**
 * The verify bench: from a delivery to its parsed body. The headers are prepared untimed, in the form the host has:
 * `request.headers` for the floor and other libraries, a list over `request.rawHeaders` for sallyport. The body is bytes for
 * all; decoding to text is timed.
 */
export async function benchVerify({ quick }: BenchOptions): Promise<Row[]> {
  const rows: Row[] = []
  for (const [name, form] of Object.entries(createForms())) {
    for (const [size, bytes] of Object.entries(sizes)) {
      const arrivals = makeArrivals(form, bytes)
      const receivers = { floor: form.floor, sallyport: toReceive(form), ...form.peers }
      for (const [subject, receive] of Object.entries(receivers))
        await checkWorks(`${subject}, ${name}`, receive, arrivals[0]!)
      const subjects = Object.entries(receivers).map(([subject, receive]) => ({
        name: subject,
        run: inTurn(arrivals, receive),
      }))
      for (const { name: subject, median, ratio } of await compare(subjects, toEffort(bytes, quick))) {
        rows.push({ subject, case: `${name}, ${size}`, median: median * 1000, unit: 'µs', ratio })
      }
    }
  }
  return rows
}

function toEffort(bytes: number, quick: boolean): Effort {
  if (quick) return { rounds: 2, batchMs: 0.5 }
  return bytes > 100_000 ? { rounds: 60, batchMs: 1 } : { rounds: 150, batchMs: 4 }
}

function createForms(): Record<string, Form> {
  const text = 'c2FsbHlwb3J0LWJlbmNoLXNlY3JldC0zMi1ieXRlcyE='
  const prefixed = `whsec_${text}`
  // Libraries that keep a prepared key are created once, as their documentation shows.
  const standard = new StandardWebhook(prefixed)
  const svix = new SvixWebhook(prefixed)
  const { webhooks } = new Stripe('sk_test_unused')

  return {
    'standard-webhooks': {
      ...against('standard-webhooks', standardWebhooks({ events: {} }), prefixed),
      peers: {
        // Also accepts bytes, but would decode them twice.
        standardwebhooks: ({ body, headers }) => standard.verify(body.toString(), headers as Record<string, string>),
        // Leaves parsing to the caller.
        svix: ({ body, headers }) => {
          const payload = body.toString()
          svix.verify(payload, headers as Record<string, string>)
          return JSON.parse(payload)
        },
      },
    },
    github: {
      ...against('github', github(), text),
      peers: {
        // Accepts only a string, and leaves parsing to the caller.
        '@octokit/webhooks-methods': async ({ body, headers }) => {
          const payload = body.toString()
          return (await verifyOctokit(text, payload, headers['x-hub-signature-256']!)) && JSON.parse(payload)
        },
      },
    },
    stripe: {
      ...against('stripe', stripe(), prefixed),
      peers: {
        // The synchronous call; the other one adds a promise.
        stripe: ({ body, headers }) => webhooks.constructEvent(body, headers['stripe-signature']!, prefixed),
      },
    },
    // These have no other library to compare with.
    sonzai: { ...against('sonzai', sonzai(), prefixed), peers: {} },
    invoratec: { ...against('invoratec', invoratec(), text), peers: {} },
  }
}

function against<Events extends EventMap>(
  name: keyof typeof floors,
  provider: Provider<Events>,
  secret: string,
): Omit<Form, 'peers'> {
  const floor = floors[name](secret)
  const type = Object.keys(provider.events)[0] ?? 'order.paid'
  return { provider, secret, type, floor: ({ headers, body }) => floor(headers, body) }
}

function toReceive({ provider, secret }: Form): Receive {
  const verifier = createVerifier(provider, { secret })
  return ({ headerList: headers, body }) => {
    const verdict = verifier.authenticate({ method: 'POST', url: '/webhooks', headers, body, receivedAt: Date.now() })
    return verdict.ok && verdict.body
  }
}

// Several bodies, so that nothing profits from a repeated text; few large ones, as in a real server's memory.
function makeArrivals(form: Form, bytes: number): Arrival[] {
  return Array.from({ length: bytes > 100_000 ? 4 : 64 }, (_, index) => makeArrival(form, bytes, index))
}

function makeArrival({ provider, secret, type }: Form, bytes: number, index: number): Arrival {
  const now = new Date()
  const id = `evt_${String(index).padStart(6, '0')}`
  const body = makeBody({ id, now, type }, bytes)
  const { plainHeaders } = signDelivery(provider, { secret, type, id, now: now.getTime(), body })
  const pairs = Object.entries({
    Host: 'hooks.example.com',
    'User-Agent': 'Webhook-Sender/1.0',
    'Content-Length': String(body.length),
    Accept: '*/*',
    'Accept-Encoding': 'gzip, deflate, br',
    ...plainHeaders,
    'X-Forwarded-For': '203.0.113.7',
    'X-Forwarded-Proto': 'https',
    'X-Request-Id': `0c9d7b1e-4a35-4f0e-9b0a-${String(index).padStart(12, '0')}`,
    Connection: 'keep-alive',
  })
  return {
    headerList: toHeaderList(pairs.flatMap(([name, value]) => [asReceived(name), asReceived(value)])),
    headers: Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), asReceived(value)])),
    body,
  }
}

// A flat string that shares no memory, as a parser makes it.
function asReceived(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

function inTurn(arrivals: readonly Arrival[], receive: Receive): () => unknown {
  let next = 0
  return () => {
    next = (next + 1) % arrivals.length
    return receive(arrivals[next]!)
  }
}

/** A subject that rejects everything would be fast. */
async function checkWorks(name: string, receive: Receive, arrival: Arrival): Promise<void> {
  const parsed = await receive(arrival)
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`${name}: an authentic delivery was refused`)
  const altered = Buffer.from(arrival.body)
  altered[altered.length - 2]! ^= 1
  let isTaken: boolean
  try {
    isTaken = typeof (await receive({ ...arrival, body: altered })) === 'object'
  } catch {
    isTaken = false
  }
  if (isTaken) throw new Error(`${name}: an altered delivery was taken for authentic`)
}
