import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ErrorCode } from 'sallyport'
import { toHeaderList } from 'sallyport/provider'
import type { SignedDelivery } from 'sallyport/testing'
import {
  acceptedStatusOf,
  countingReceiver,
  isSameMessage,
  signFor,
  statusOf,
  takesSecret,
  withHeader,
  type ProviderSubject,
  type Receivable,
} from './subject.ts'

/** Rejects altered deliveries: each signed byte flipped, and whole deliveries mutated at random. */
export function checkMutations(subject: ProviderSubject): void {
  const { signatureHeader, signedHeaders = [] } = subject

  it('rejects every flipped bit of a body', async () => {
    const { receive, handled } = countingReceiver(subject)
    const delivery = signFor(subject)
    for (let position = 0; position < delivery.body.length; position++) {
      for (const bit of [0x01, 0x20, 0x80]) {
        const body = Uint8Array.from(delivery.body)
        body[position]! ^= bit
        // `%c3` is `%C3`: the same event.
        if (isSameMessage(subject, body, delivery.body)) continue
        expect(await receive({ ...delivery, body }), `byte ${position}`).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
      }
    }
    expect(handled).toEqual([])
  })

  it('rejects a body with a byte more or less', async () => {
    const { receive } = countingReceiver(subject)
    const delivery = signFor(subject)
    for (const body of [
      Buffer.concat([delivery.body, Buffer.from(' ')]),
      Buffer.concat([Buffer.from(' '), delivery.body]),
      delivery.body.subarray(1),
      delivery.body.subarray(0, -1),
      new Uint8Array(),
    ]) {
      expect(await receive({ ...delivery, body })).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    }
  })

  it.each([signatureHeader, ...signedHeaders])('rejects every altered character of header %s', async (name) => {
    const { handled, receive } = countingReceiver(subject)
    const delivery = signFor(subject)
    const length = delivery.headers.get(name)!.length
    for (let position = 0; position < length; position++) {
      for (const replacement of ['', '0', '1', 'f', '=', ',', ' ', '.']) {
        const altered = withHeader(
          delivery,
          name,
          (value) => value.slice(0, position) + replacement + value.slice(position + 1),
        )
        if (isSameMeaning(toHeaderList(altered.headers).get(name), delivery.headers.get(name)!)) continue
        const reply = await receive(altered)
        // It names a key that the sender does not have: the sender is asked to retry, and nothing is accepted.
        if (!takesSecret(subject) && reply.code === 'KEY_UNAVAILABLE') continue
        expect(reply.status, `position ${position}, "${replacement}"`).toBeGreaterThanOrEqual(400)
        expect(reply.status).toBeLessThan(500)
      }
    }
    expect(handled).toEqual([])
  })

  it('rejects bytes moved between signed parts', async () => {
    const { receive, handled } = countingReceiver(subject)
    for (const altered of moveBytes(signFor(subject), signedHeaders))
      expect((await receive(altered)).status).toBeGreaterThanOrEqual(400)
    expect(handled).toEqual([])
  })

  it('answers every random mutation with 200 or a known error', async () => {
    const { receive, handled } = countingReceiver(subject)
    const delivery = signFor(subject)
    const names = [...delivery.headers].map(([name]) => name)
    const mutation = fc.record({
      body: fc.option(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.json().map((text) => Buffer.from(text)),
        ),
      ),
      header: fc.constantFrom(...names),
      value: fc.option(fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.constant(''), fc.constant('t=1,v1='))),
      method: fc.constantFrom('POST', 'POST', 'POST', 'GET', '__proto__'),
    })
    await fc.assert(
      fc.asyncProperty(mutation, async ({ body, header, value, method }) => {
        const altered = value === null ? delivery : withHeader(delivery, header, () => value)
        const reply = await receive({ ...altered, method, body: body ?? delivery.body })
        if (reply.status === acceptedStatusOf(subject)) return
        expect(statusOf(subject, reply.code as ErrorCode)).toBe(reply.status)
        expect(reply.status).toBeLessThan(500)
      }),
      { numRuns: 300 },
    )
    expect(handled.length).toBeLessThanOrEqual(1)
  })
}

/** The delivery cut at other places: two signed parts, one after the other, with their border moved. `body` is the body. */
function* moveBytes(delivery: SignedDelivery, signedHeaders: readonly string[]): Generator<Receivable> {
  const texts: Readonly<Record<string, string>> = {
    ...Object.fromEntries(signedHeaders.map((name) => [name, delivery.headers.get(name)!])),
    body: Buffer.from(delivery.body).toString('latin1'),
  }
  for (const [left, first] of Object.entries(texts)) {
    for (const [right, second] of Object.entries(texts)) {
      if (left === right) continue
      const joined = first + second
      for (let end = 0; end <= joined.length; end++) {
        if (end === first.length) continue
        const { body, ...headers } = { ...texts, [left]: joined.slice(0, end), [right]: joined.slice(end) }
        yield { ...withHeaders(delivery, headers), body: Buffer.from(body!, 'latin1') }
      }
    }
  }
}

function withHeaders(delivery: SignedDelivery, values: Readonly<Record<string, string>>): Receivable {
  const lower = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]))
  const headers = [...delivery.headers].flatMap(([name, value]) => [name, lower.get(name.toLowerCase()) ?? value])
  return { ...delivery, headers }
}

// Upper-case hex and spaces around list items do not change the signature.
function isSameMeaning(altered: string | undefined, original: string): boolean {
  const plain = (text: string): string => text.replaceAll(' ', '').toLowerCase()
  return altered !== undefined && plain(altered) === plain(original)
}
