import { gzipSync } from 'node:zlib'
import { diagnose } from 'sallyport/diagnose'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { describe, expect, it } from 'vitest'
import { arrive, causesOf, signedAt } from '../support/diagnose/signed.ts'

const secret = 'whsec_of-the-diagnosis'
const value = {
  event_type: 'on_wakeup_ready',
  agent_id: 'agent/1',
  generated_message: 'Grüße & <ok>',
  list: [1, { a: [] }, null],
}
const compact = JSON.stringify(value)
const json = (text: string): string => JSON.stringify(JSON.parse(text))

/** What the sender signed, and what arrived. */
const cases: readonly (readonly [cause: string, what: string, sent: string, received: string | Uint8Array])[] = [
  ['BODY_WHITESPACE', 'a line end added', compact, `${compact}\n`],
  ['BODY_WHITESPACE', 'CRLF added', compact, `${compact}\r\n`],
  ['BODY_WHITESPACE', 'a line end removed', `${compact}\n`, compact],
  ['BODY_WHITESPACE', 'CRLF removed', `${compact}\r\n`, compact],
  ['BODY_WHITESPACE', 'spaces added', compact, `  ${compact}\n\n`],
  [
    'BODY_LINE_ENDINGS',
    'LF to CRLF',
    JSON.stringify(value, null, 2),
    JSON.stringify(value, null, 2).replaceAll('\n', '\r\n'),
  ],
  [
    'BODY_LINE_ENDINGS',
    'CRLF to LF',
    JSON.stringify(value, null, 3).replaceAll('\n', '\r\n'),
    JSON.stringify(value, null, 3),
  ],
  [
    'BODY_LINE_ENDINGS',
    'LF to CRLF and one more',
    JSON.stringify(value, null, 3),
    `${JSON.stringify(value, null, 3)}\n`.replaceAll('\n', '\r\n'),
  ],
  ['BODY_BYTE_ORDER_MARK', 'added', compact, `\ufeff${compact}`],
  ['BODY_BYTE_ORDER_MARK', 'removed', `\ufeff${compact}`, compact],
  ['BODY_RESERIALISED', 'indented, then compacted', JSON.stringify(value, null, 2), compact],
  ['BODY_RESERIALISED', 'compact, then indented', compact, JSON.stringify(value, null, 3)],
  [
    'BODY_RESERIALISED',
    'compacted after Python',
    '{"event_type": "on_wakeup_ready", "list": [1, 2], "empty": {}}',
    json('{"event_type":"on_wakeup_ready","list":[1,2],"empty":{}}'),
  ],
  ['BODY_RESERIALISED', 'unescaped non-ASCII', compact.replace('ü', '\\u00fc').replace('ß', '\\u00df'), compact],
  ['BODY_RESERIALISED', 'unescaped slashes', compact.replaceAll('/', '\\/'), compact],
  [
    'BODY_RESERIALISED',
    'unescaped after Go',
    compact.replace('&', '\\u0026').replace('<', '\\u003c').replace('>', '\\u003e'),
    compact,
  ],
  ['BODY_CHARSET', 'read as Latin-1', compact, Buffer.from(Buffer.from(compact).toString('latin1'))],
  [
    'BODY_CHARSET',
    'read as Windows-1252',
    '{"event_type":"x","quote":"“so”, 5 €"}',
    new TextDecoder('windows-1252').decode(Buffer.from('{"event_type":"x","quote":"“so”, 5 €"}')),
  ],
  ['BODY_CHARSET', 'written as Latin-1', compact, Buffer.from(compact, 'latin1')],
  ['BODY_ENCODED', 'as base64', compact, Buffer.from(compact).toString('base64')],
  ['BODY_ENCODED', 'in a JSON string', compact, JSON.stringify(compact)],
  ['BODY_ENCODED', 'percent-encoded', compact, encodeURIComponent(compact)],
  ['BODY_ENCODED', 'compressed', compact, gzipSync(compact)],
]

describe('diagnose: altered bodies', () => {
  it.each(cases)('finds %s: %s', async (cause, _what, sent, received) => {
    const delivery = arrive(sonzai(), { secret, body: sent }, () => ({ body: Buffer.from(received) }))
    const { ok, code, findings } = await diagnose(sonzai(), delivery, { secret })
    expect({ ok, code }).toEqual({ ok: false, code: 'SIGNATURE_MISMATCH' })
    expect(findings).toMatchObject([{ cause, certainty: 'proven', detail: expect.stringMatching(/./) }])
  })

  it('tries every configured secret', async () => {
    const delivery = arrive(sonzai(), { secret, body: compact }, () => ({ body: Buffer.from(`${compact}\n`) }))
    expect(await causesOf(sonzai(), delivery, ['whsec_other', { id: 'new', secret }])).toEqual([
      ['BODY_WHITESPACE', 'proven'],
    ])
  })
})

describe('diagnose: bodies it cannot restore', () => {
  const announced = (length: number) => ({ 'Content-Length': String(length) })

  it.each([
    ['cut short', 'BODY_LENGTH', 'likely', compact.slice(0, 40)],
    ['with replacement characters', 'BODY_REPLACEMENT_CHARACTERS', 'possible', compact.replace('ü', '\ufffd')],
    ['that is empty', 'BODY_EMPTY', 'likely', ''],
  ])('explains a body %s: %s', async (_what, cause, certainty, received) => {
    const headers = announced(cause === 'BODY_LENGTH' ? compact.length : Buffer.byteLength(received))
    const delivery = arrive(sonzai(), { secret, body: compact, headers }, () => ({ body: Buffer.from(received) }))
    expect(await causesOf(sonzai(), delivery, secret)).toEqual([
      [cause, certainty],
      ['UNEXPLAINED', 'possible'],
    ])
  })
})

describe('diagnose: wrong secrets', () => {
  it('does not blame the secret for a body of the right length', async () => {
    const headers = { 'Content-Length': String(Buffer.byteLength(compact)) }
    const delivery = arrive(sonzai(), { secret, body: compact, headers })
    expect(await causesOf(sonzai(), delivery, 'whsec_another')).toEqual([['UNEXPLAINED', 'possible']])
  })

  it('explains nothing without an announced length', async () => {
    const delivery = arrive(sonzai(), { secret, body: compact })
    expect(await causesOf(sonzai(), delivery, 'whsec_another')).toEqual([['UNEXPLAINED', 'possible']])
  })
})

describe('diagnose', () => {
  it('finds nothing in a valid delivery', async () => {
    const delivery = arrive(sonzai(), { secret })
    expect(await diagnose(sonzai(), delivery, { secret })).toEqual({
      ok: true,
      keyId: 'secret-1',
      type: 'agent.message',
      signedAt,
      findings: [],
    })
  })

  it('reports rejections for other reasons than the signature', async () => {
    const about = (change: Parameters<typeof arrive>[2], options = {}) =>
      diagnose(invoratec(), arrive(invoratec(), { secret, ...options }, change), { secret })
    expect(await about(() => ({ method: 'PUT' }))).toMatchObject({
      ok: false,
      code: 'METHOD_NOT_ALLOWED',
      keyId: 'secret-1',
    })
    expect(await about(undefined, { headers: { 'content-type': 'text/plain' } })).toMatchObject({
      code: 'CONTENT_TYPE_UNSUPPORTED',
    })
    expect(await about(undefined, { headers: { 'x-webhook-event': 'app.installed' } })).toMatchObject({
      code: 'HEADER_DISAGREES',
      findings: [{ cause: 'REFUSED', certainty: 'proven' }],
    })
    // An unsigned time decides nothing.
    expect(await about(undefined, { headers: { 'x-webhook-timestamp': 'another time' } })).toMatchObject({ ok: true })
    expect(await about(undefined, { body: 'not JSON' })).toMatchObject({
      code: 'BODY_NOT_JSON',
      findings: [{ cause: 'REFUSED' }],
    })
    expect(await about(undefined, { body: '{"event":"tool.failed"}' })).toMatchObject({
      code: 'TIMESTAMP_MISSING',
      findings: [{ cause: 'REFUSED' }],
    })
  })

  // Each is expensive for regular expressions that backtrack, or for recursive code.
  it.each([
    ['spaces', `{"a":1${' '.repeat(1_000_000)}}`],
    ['spaces without JSON', `${' '.repeat(1_000_000)}x`],
    ['percent signs', `${'%41'.repeat(350_000)} x`],
    ['brackets', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['brackets alone', '['.repeat(1_000_000)],
  ])('copes with a megabyte of %s', async (_name, text) => {
    const delivery = arrive(sonzai(), { secret: 'another-secret', body: text })
    expect(await causesOf(sonzai(), delivery, secret)).toEqual([['UNEXPLAINED', 'possible']])
  })

  it('does not try all of many times and ids', async () => {
    const headers = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`x-${index}-id`, String(1_700_000_000 + index)]),
    )
    const delivery = arrive(sonzai(), { secret: 'another-secret', body: `"${'x'.repeat(1_000_000)}"`, headers })
    expect(await causesOf(sonzai(), delivery, secret)).toEqual([['UNEXPLAINED', 'possible']])
  })
})
