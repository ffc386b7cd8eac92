import { createVerifier } from 'sallyport'
import { toHeaderList } from 'sallyport/provider'
import { signDelivery } from 'sallyport/testing'
import { makeBody, sizes } from './bodies.ts'
import { compare, type Effort } from './measure.ts'
import type { BenchOptions, Row } from './report.ts'
import { createForms, type Arrival, type Form, type Receive } from './verify-forms.ts'

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

function toReceive({ provider, secret }: Form): Receive {
  const verifier = createVerifier(provider, { secret })
  const toDelivery = ({ headerList: headers, body }: Arrival) => ({
    method: 'POST',
    url: '/webhooks',
    headers,
    body,
    receivedAt: Date.now(),
  })
  // The synchronous call has no place for a scheme that waits; the other one also names the event and checks its data.
  if (provider.scheme.isAsync === true) return async (arrival) => (await verifier.verify(toDelivery(arrival))).data
  return (arrival) => {
    const verdict = verifier.authenticate(toDelivery(arrival))
    return verdict.ok && verdict.body
  }
}

// Several bodies, so that nothing profits from a repeated text; few large ones, as in a real server's memory.
function makeArrivals(form: Form, bytes: number): Arrival[] {
  return Array.from({ length: bytes > 100_000 ? 4 : 64 }, (_, index) => makeArrival(form, bytes, index))
}

function makeArrival(form: Form, bytes: number, index: number): Arrival {
  const { provider, secret, signingSecret = secret, type, makeBody: make = makeBody } = form
  const now = new Date()
  const id = `evt_${String(index).padStart(6, '0')}`
  const body = make({ id, now, type }, bytes)
  const { plainHeaders } = signDelivery(provider, { secret: signingSecret, type, id, now: now.getTime(), body })
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
