import { createReceiver, deliveryChannel, refusalChannel, SallyportError } from 'sallyport'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { expect, it, vi } from 'vitest'
import {
  countingReceiver,
  isBodyCutByItself,
  isPartOfNeighbour,
  signFor,
  signingTime,
  signsFields,
  secretOf,
  statusOf,
  takesSecret,
  toleranceOf,
  withHeader,
  type ProviderSubject,
  type Receivable,
} from './subject.ts'

const iso = new Date(signingTime).toISOString()

/** One test for each mistake that webhook libraries have shipped. */
export function checkMistakes(subject: ProviderSubject): void {
  const { provider, secrets, signatureHeader, time, deviations = {} } = subject
  const bodyWith = (data: Record<string, unknown>): unknown => subject.bodyOf(subject.type, iso, data)
  const isOfFields = signsFields(subject)
  /** A text as the body has it: a form has it percent-encoded. */
  const write = (text: string): string =>
    isOfFields ? new URLSearchParams({ text }).toString().slice('text='.length) : text

  async function expectRefused(delivery: Receivable, codes?: readonly string[]): Promise<void> {
    const { receive, handled } = countingReceiver(subject)
    const reply = await receive(delivery)
    expect(reply.status).toBeGreaterThanOrEqual(400)
    expect(reply.status).toBeLessThan(500)
    if (codes) expect(codes).toContain(reply.code)
    expect(handled).toEqual([])
  }

  it.each(['', ...subject.notSecrets])('rejects an empty or prefix-only secret (%j)', async (secret) => {
    if (!takesSecret(subject)) return
    for (const source of [secret, [secret], [secrets[0], secret], { secret }]) {
      expect(() => createReceiver(provider, { secret: source })).toThrow(
        expect.objectContaining({ code: 'SECRET_INVALID' }),
      )
      expect(() => createReceiver(provider, { secret: source })).toThrow(provider.name)
    }
    const { receive } = countingReceiver(subject, { secret: () => secret })
    expect(await receive(signFor(subject))).toMatchObject({ status: 500, code: 'SECRET_INVALID' })
  })

  it('rejects a secret with white space or quotes around it', async () => {
    if (!takesSecret(subject)) return
    for (const altered of [`${secrets[0]}\n`, ` ${secrets[0]}`, `"${secrets[0]}"`]) {
      for (const secret of [altered, [secrets[1], altered], { secret: altered }])
        expect(() => createReceiver(provider, { secret })).toThrow(expect.objectContaining({ code: 'SECRET_INVALID' }))
      const { receive } = countingReceiver(subject, { secret: () => altered })
      expect(await receive(signFor(subject))).toMatchObject({ status: 503, code: 'SECRET_RESOLVER_FAILED' })
    }
  })

  it('rejects a missing secret', async () => {
    if (!takesSecret(subject)) return
    for (const secret of [undefined, [], null as never]) {
      expect(() => createReceiver(provider, { secret })).toThrow(SallyportError)
      expect(() => createReceiver(provider, { secret })).toThrow(provider.name)
    }
    const { receive } = countingReceiver(subject, { secret: () => undefined })
    expect(await receive(signFor(subject))).toMatchObject({
      status: statusOf(subject, 'SECRET_UNKNOWN'),
      code: 'SECRET_UNKNOWN',
    })
  })

  it.each([signatureHeader, ...(subject.signedHeaders ?? [])])('rejects a missing header (%s)', async (name) => {
    await expectRefused(withHeader(signFor(subject), name, () => undefined))
    await expectRefused(withHeader(signFor(subject), name, () => ''))
  })

  it('rejects a truncated signature', async () => {
    for (let cut = 1; cut <= 70; cut++)
      await expectRefused(withHeader(signFor(subject), signatureHeader, (value) => value.slice(0, -cut)))
  })

  it('answers no 500 to a signature that is too long', async () => {
    for (const more of ['0', '00', 'AAAA', '0'.repeat(64)]) {
      await expectRefused(
        withHeader(signFor(subject), signatureHeader, (value) => value + more),
        ['SIGNATURE_MALFORMED', 'SIGNATURE_MISMATCH'],
      )
    }
  })

  it('finds duplicates without unsigned headers', async () => {
    const names = [
      'idempotency-key',
      'x-request-id',
      'x-webhook-id',
      'x-github-delivery',
      'x-event-id',
      'webhook-id',
      'svix-id',
      'sonzai-id',
    ]
    const unsigned = names.filter((name) => !subject.signedHeaders?.includes(name))
    const headers = (value: string): Record<string, string> => Object.fromEntries(unsigned.map((name) => [name, value]))
    const { receive, handled } = countingReceiver(subject)
    const delivery = (id: string, label: string) =>
      signFor(subject, { id, headers: headers(label), body: subject.bodyOf(subject.type, iso, { id }) })
    // Another header on the same event must not make it new.
    await receive(delivery('same', 'one'))
    expect(await receive(delivery('same', 'two'))).toMatchObject({ outcome: 'duplicate' })
    // The same header on another event must not make it a duplicate.
    expect(await receive(delivery('other', 'one'))).toMatchObject({ outcome: 'handled' })
    expect(handled).toHaveLength(2)
  })

  it('does not expand replacement patterns such as $&', async () => {
    for (const pattern of ['$&', "$'", '$`', '$$', '$1', '$<name>']) {
      const { receive } = countingReceiver(subject)
      const honest = signFor(subject, { body: bodyWith({ note: `price ${pattern} 10` }) })
      expect(await receive(honest), pattern).toMatchObject({ outcome: 'handled' })
    }
    const priced = signFor(subject, { body: bodyWith({ note: 'costs $10' }) })
    const alter = (from: string, to: string): Receivable => ({
      ...priced,
      body: Buffer.from(
        Buffer.from(priced.body)
          .toString('utf8')
          .replace(write(from), () => write(to)),
      ),
    })
    await expectRefused(alter('$10', '$$10'), ['SIGNATURE_MISMATCH'])
    for (const pattern of ["$'", '$&', '$`'])
      await expectRefused(alter('costs', `costs${pattern}`), ['SIGNATURE_MISMATCH'])
  })

  it('rejects byte FF in place of EF BF BD', async () => {
    const delivery = signFor(subject, { body: bodyWith({ note: '\ufffd' }) })
    const text = Buffer.from(delivery.body).toString('latin1')
    const [from, to] = isOfFields ? ['%EF%BF%BD', '%FF'] : ['\u00ef\u00bf\u00bd', '\u00ff']
    const body = Buffer.from(text.replace(from, to), 'latin1')
    expect(body.length).toBe(delivery.body.length - (from.length - to.length))
    await expectRefused({ ...delivery, body }, ['SIGNATURE_MISMATCH'])
  })

  it.each(['junk', ' ', '.0', 'e3', '00000000000'])('rejects a timestamp with trailing text (%j)', async (junk) => {
    if (time === 'none' || time === 'token') return
    if (time === 'body') {
      await expectRefused(signFor(subject, { body: subject.bodyOf(subject.type, iso + junk, {}) }), [
        'TIMESTAMP_MALFORMED',
      ])
      return
    }
    const name = time === 'header' ? subject.timeHeader! : signatureHeader
    const field = new RegExp(`\\b${subject.timeField ?? 't'}=\\d+`)
    const alter = (value: string): string =>
      time === 'header' ? value + junk : value.replace(field, (found) => found + junk)
    const codes =
      junk === ' ' ? ['TIMESTAMP_MALFORMED', 'SIGNATURE_MISMATCH'] : ['TIMESTAMP_MALFORMED', 'SIGNED_HEADER_INVALID']
    const { receive, handled } = countingReceiver(subject)
    const reply = await receive(withHeader(signFor(subject), name, alter))
    // Spaces around an item are not part of it (RFC 9110, section 5.6.1).
    if (junk === ' ' && reply.status === 200) return
    expect(codes).toContain(reply.code)
    expect(handled).toEqual([])
  })

  it('rejects a timestamp from tomorrow', async () => {
    if (time === 'none') return
    const now = signingTime + 86_400_000 + toleranceOf(subject)
    await expectRefused(signFor(subject, { now }), ['TIMESTAMP_FUTURE'])
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('rejects a tolerance of %d', (toleranceMs) => {
    expect(() => createReceiver(provider, { ...secretOf(subject), toleranceMs })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    )
  })

  it.each([signatureHeader, ...(subject.signedHeaders ?? [])])(
    'rejects a duplicated or array header (%s)',
    async (name) => {
      const delivery = signFor(subject)
      await expectRefused(
        withHeader(delivery, name, (value) => [value, value]),
        ['HEADER_DUPLICATED'],
      )
      const object = Object.fromEntries(
        [...delivery.headers].map(([own, value]) => [own, own.toLowerCase() === name ? [value, 'x'] : value]),
      )
      await expectRefused({ ...delivery, headers: object }, ['HEADER_DUPLICATED'])
      // As a host delivers them that joins repeated headers.
      const joined = withHeader(delivery, name, (value) => `${value}, ${value}`)
      if (name !== signatureHeader || deviations['joined signatures'] === undefined) return expectRefused(joined)
      const { receive } = countingReceiver(subject)
      expect(await receive(joined)).toMatchObject({ outcome: 'handled' })
    },
  )

  it('rejects a repeated t=', async () => {
    if (time !== 'signature') return
    const { timeField = 't', severalJoinedBy: joined = ',' } = subject
    const old = `${timeField}=${Math.floor(signingTime / 1000) - 86_400}`
    for (const alter of [
      (value: string) => old + joined + value,
      (value: string) => value + joined + old,
      (value: string) => value + joined + value,
    ]) {
      await expectRefused(withHeader(signFor(subject), signatureHeader, alter), ['SIGNATURE_MALFORMED'])
    }
  })

  it.each(['5', '"str"', 'null', 'true', '[]', '[{}]'])('rejects a correctly signed %s', async (body) => {
    // As a form it is one field with that name; a list of no events is no event.
    const isRead = provider.forms === true || (provider.lists === true && body.startsWith('['))
    const code = isPartOfNeighbour(subject, body) ? 'SIGNATURE_MISMATCH' : 'BODY_NOT_OBJECT'
    await expectRefused(signFor(subject, { body }), isRead ? undefined : [code])
  })

  it('says whether a signed body is not JSON or not UTF-8', async () => {
    // Where fields are signed, what has none is no message.
    await expectRefused(signFor(subject, { body: '{"a":' }), [isOfFields ? 'SIGNATURE_MISMATCH' : 'BODY_NOT_JSON'])
    const emptyCode = isBodyCutByItself(subject) ? 'SIGNATURE_MISMATCH' : 'BODY_NOT_JSON'
    await expectRefused(signFor(subject, { body: '' }), provider.forms === true ? undefined : [emptyCode])
    const notUtf8 = signFor(subject, { body: Buffer.from([0x7b, 0xff, 0x7d]) })
    await expectRefused(notUtf8, [isOfFields ? 'SIGNATURE_MISMATCH' : 'BODY_NOT_UTF8'])
  })

  // Of JSON; forms have a test of their own.
  it.runIf(!isOfFields)('accepts a byte order mark', async () => {
    const { receive } = countingReceiver(subject)
    const body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(JSON.stringify(bodyWith({ n: 1 })))])
    expect(await receive(signFor(subject, { body }))).toMatchObject({ outcome: 'handled' })
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
    'answers no 500 to an event named %s',
    async (type) => {
      const { receive, handled } = countingReceiver(subject)
      const reply = await receive(signFor(subject, { type, body: subject.bodyOf(type, iso, {}) }))
      expect(reply.status).toBeLessThan(500)
      expect(handled).toEqual([])
      const strict = countingReceiver(subject, { unknownEvents: 'reject' })
      const refused = await strict.receive(signFor(subject, { type, body: subject.bodyOf(type, iso, {}) }))
      expect(['EVENT_UNKNOWN', 'EVENT_UNIDENTIFIED', 'HEADER_DISAGREES']).toContain(refused.code)
    },
  )

  // Of JSON; forms have a test of their own.
  it.runIf(!isOfFields)('keeps members named __proto__ out of prototypes', async () => {
    const { receive, handled } = countingReceiver(subject)
    const text = JSON.stringify(bodyWith({ n: 1, marker: 1 })).replace(
      '"marker":1',
      '"__proto__":{"polluted":true},"\\u005f_proto__":{"polluted":true}',
    )
    expect(await receive(signFor(subject, { body: text }))).toMatchObject({ outcome: 'handled' })
    expect(JSON.stringify(handled[0]!.data)).not.toContain('polluted')
    expect(Object.assign({}, handled[0]!.data)).not.toHaveProperty('polluted')
    expect({}).not.toHaveProperty('polluted')
  })

  it('verifies what it can before it buffers 40 MB', async () => {
    const reader = vi.fn(() => Promise.resolve(new Uint8Array(40 * 1024 * 1024)))
    const { receive } = countingReceiver(subject)
    const delivery = { ...signFor(subject), body: reader }
    const unsigned = withHeader({ ...signFor(subject) }, signatureHeader, () => undefined)
    const big = signFor(subject, { headers: { 'content-length': String(40 * 1024 * 1024) } })
    expect(await receive({ ...unsigned, body: reader })).toMatchObject({ code: 'SIGNATURE_MISSING' })
    expect(await receive({ ...big, body: reader })).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
    if (time === 'signature' || time === 'header' || time === 'token') {
      expect(await receive(delivery, signingTime + 3_600_000 + toleranceOf(subject))).toMatchObject({
        code: 'TIMESTAMP_STALE',
      })
    }
    expect(reader).not.toHaveBeenCalled()
    // A reader gets the limit; a longer body is still rejected.
    expect(await receive(delivery)).toMatchObject({ code: 'BODY_TOO_LARGE' })
    expect(reader).toHaveBeenCalledWith(expect.objectContaining({ maxBodyBytes: expect.any(Number) }))
  })

  it('keeps payload, signature and secret out of logs and errors', async () => {
    const seen: unknown[] = []
    const listen = (message: unknown): void => void seen.push(message)
    const methods = ['log', 'info', 'warn', 'error', 'debug'] as const
    const spies = methods.map((name) => vi.spyOn(console, name).mockImplementation((...parts) => void seen.push(parts)))
    for (const name of [deliveryChannel, refusalChannel]) subscribe(name, listen)
    try {
      const receiver = createReceiver(provider, { ...secretOf(subject), now: () => signingTime })
      receiver.onReject(listen).onError((error, report) => void seen.push(error, report))
      receiver.onAny(() => {
        throw new Error('handler failed')
      })
      const delivery = signFor(subject, { body: bodyWith({ note: 'PAYLOAD-MARKER' }) })
      const flipped = { ...delivery, body: Buffer.concat([delivery.body, Buffer.from(' ')]) }
      const stale = { ...delivery, receivedAt: signingTime + 86_400_000 }
      const invalid = signFor(subject, { body: subject.bodyOf('PAYLOAD-MARKER', 'PAYLOAD-MARKER', {}) })
      for (const each of [delivery, flipped, stale, invalid, signFor(subject, { body: '{"PAYLOAD-MARKER"' })]) {
        seen.push(await receiver.receive(each))
      }
      const text = seen.map((item) => inspect(item, { depth: 10 }) + JSON.stringify(item)).join('\n')
      expect(text.length).toBeGreaterThan(500)
      // Reports name the event type of a verified delivery, and here the marker is the type.
      expect(text.replaceAll(/eventType\W+PAYLOAD-MARKER/g, '')).not.toContain('PAYLOAD-MARKER')
      for (const secret of secrets) expect(text).not.toContain(secret)
      const value = delivery.headers.get(signatureHeader)!
      const signature = /[0-9a-f]{40,64}|[A-Za-z0-9+/]{43}=/.exec(value)?.[0] ?? value
      expect(text).not.toContain(signature)
    } finally {
      for (const name of [deliveryChannel, refusalChannel]) unsubscribe(name, listen)
      for (const spy of spies) spy.mockRestore()
    }
  })

  it.runIf(!isOfFields)('verifies the received body, not a re-serialised one', async () => {
    const pretty = JSON.stringify(bodyWith({ note: 'Ünïcode \u2028 1.0' }), null, 2).replace('"note"', '"n":1.0,"note"')
    const delivery = signFor(subject, { body: pretty })
    const { receive } = countingReceiver(subject)
    const reserialised = Buffer.from(JSON.stringify(JSON.parse(pretty)))
    expect(await receive({ ...delivery, body: reserialised })).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    expect(await receive(delivery)).toMatchObject({ outcome: 'handled' })
  })
}
