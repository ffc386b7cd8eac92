/** Body sizes of the verify bench, in bytes. */
export const sizes = { '300 B': 300, '10 KB': 10_000, '1 MB': 1_000_000 } as const

/** What differs between bodies. */
export interface BodySeed {
  readonly id: string
  readonly now: Date
  readonly type: string
}

/** Makes a body of about that many bytes. */
export type BodyMaker = (seed: BodySeed, bytes: number) => Buffer

/**
 * A typical body: nested objects, numbers, short and long strings, some of it not ASCII. It has type and time at the top,
 * where the compared senders expect them.
 *
 * @param bytes about how long it gets
 */
export function makeBody({ id, now, type }: BodySeed, bytes: number): Buffer {
  const head = { id, object: 'event', type, event: type, event_type: type, timestamp: now.toISOString() }
  const lines: unknown[] = []
  let length = Buffer.byteLength(JSON.stringify({ ...head, data: { lines } }))
  for (let index = 0; ; index++) {
    const line = makeLine(index)
    const added = Buffer.byteLength(JSON.stringify(line)) + 1
    if (lines.length > 0 && length + added > bytes) break
    lines.push(line)
    length += added
  }
  return Buffer.from(JSON.stringify({ ...head, data: { lines } }))
}

/** A form with JSON in its field `payload`, as Slack sends interactions. */
export function makeFormBody(seed: BodySeed, bytes: number): Buffer {
  // Escapes make it that much longer.
  const payload = makeBody(seed, bytes * 0.63).toString()
  return Buffer.from(new URLSearchParams({ payload }).toString())
}

/** A list of one event, as SendGrid sends them. */
export function makeListBody(seed: BodySeed, bytes: number): Buffer {
  return Buffer.concat([Buffer.from('['), makeBody(seed, bytes - 2), Buffer.from(']')])
}

const people = ['Zoë Ångström', 'Ada Lovelace', '王小明', 'José Núñez', 'Grace Hopper', 'さくら']
const notes = [
  'Delivered to the front desk',
  'Customer said: "leave it with the neighbour" 🎉',
  'Die Lieferung verzögert sich um zwei Tage.\nBitte Rückmeldung.',
  'See https://example.com/orders/12345?tab=history for details',
]

function makeLine(index: number): unknown {
  const short = { sku: `A-${1000 + index}`, name: people[index % people.length], price: index * 1.25 + 9.99 }
  if (index === 0) return short
  return {
    ...short,
    quantity: (index % 9) + 1,
    in_stock: index % 3 > 0,
    discount: index % 4 === 0 ? null : { percent: index % 50, code: `SPRING${index % 7}` },
    note: notes[index % notes.length],
    tags: ['online', index % 2 === 0 ? 'gift' : 'standard'],
    position: { latitude: 52.5 + index / 1000, longitude: 13.4 - index / 1000 },
  }
}
