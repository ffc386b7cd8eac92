import { createHmac } from 'node:crypto'
import { createReceiver, createVerifier, safeVerify, type Provider } from 'sallyport'
import { toHeaderList, withEvents } from 'sallyport/provider'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { signDelivery, signSonzaiLegacy } from 'sallyport/testing'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'

// Expected values come from the platforms' documents and SDKs, and from the specification's repository.

const standardSecret = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const standardHeaders = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': '1614265330',
}
const standardSignature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
const standardEd25519Signature =
  'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=='
const standardPublicKey = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4='
const githubSignature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'

describe('safeVerify', () => {
  it.each([
    ['v1', standardSecret, standardSignature],
    ['v1a', standardPublicKey, standardEd25519Signature],
  ])('verifies the published %s vector of Standard Webhooks', async (_version, secret, signature) => {
    const headers = { ...standardHeaders, 'webhook-signature': signature }
    const input = { secret, headers, receivedAt: 1_614_265_330_000 }
    // The signature matches; the published body names no event.
    const body = Buffer.from('{"test": 2432232314}')
    const provider = standardWebhooks({ events: {} })
    expect(await safeVerify(provider, { ...input, body })).toMatchObject({ code: 'EVENT_UNIDENTIFIED' })
    const named = standardWebhooks({ events: {}, type: () => 'test', data: (content) => content })
    expect(await safeVerify(named, { ...input, body })).toMatchObject({
      ok: true,
      event: { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', data: { test: 2432232314 } },
    })
    const other = Buffer.from('{"test": 2432232315}')
    expect(await safeVerify(named, { ...input, body: other })).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })

  it('verifies the documented vector of GitHub', async () => {
    const input = { secret: "It's a Secret to Everybody", headers: { 'X-Hub-Signature-256': githubSignature } }
    const check = (text: string) => safeVerify(github(), { ...input, body: Buffer.from(text) })
    // The signature matches; the body is checked after it and is not JSON.
    expect(await check('Hello, World!')).toMatchObject({ code: 'BODY_NOT_JSON' })
    expect(await check('Hello, World?')).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })

  it('verifies the check value of Sonzai', async () => {
    const body = Buffer.from('{"event_type":"agent.message"}')
    const signature = createHmac('sha256', 'fixedkey123').update(`1700000000.${body.toString()}`).digest('hex')
    const headers = { 'Sonzai-Signature': `t=1700000000,v1=${signature}` }
    const input = { secret: 'whsec_fixedkey123', headers, body, receivedAt: 1_700_000_000_000 }
    expect(await safeVerify(sonzai(), input)).toMatchObject({ ok: true, event: { type: 'agent.message' } })
  })
})

function verify(
  provider: Provider,
  secret: string | string[],
  headers: Record<string, string>,
  body: string,
  seconds = 1_700_000_000,
) {
  const delivery = {
    method: 'POST',
    url: '/',
    headers: toHeaderList(headers),
    body: Buffer.from(body),
    receivedAt: seconds * 1000,
  }
  return createVerifier(provider, { secret }).authenticate(delivery)
}

describe('Standard Webhooks', () => {
  const provider = standardWebhooks({ events: {} })
  const body = '{"test": 2432232314}'
  const seconds = 1_614_265_330
  const [symmetric, asymmetric] = [standardSignature, standardEd25519Signature]
  const [secret, publicKey] = [standardSecret, standardPublicKey]

  it.each(['webhook', 'svix'])('verifies the published vectors under %s- names', (family) => {
    const headers = (signature: string) => ({
      [`${family}-id`]: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      [`${family}-timestamp`]: String(seconds),
      [`${family}-signature`]: signature,
    })
    for (const text of [secret, `whsec_${secret}`]) {
      expect(verify(provider, text, headers(symmetric), body, seconds)).toMatchObject({
        ok: true,
        body: { test: 2432232314 },
      })
    }
    expect(verify(provider, publicKey, headers(asymmetric), body, seconds)).toMatchObject({ ok: true })
    expect(
      verify(provider, [secret, publicKey], headers(`v2,abc ${asymmetric} ${symmetric}`), body, seconds),
    ).toMatchObject({ ok: true })
    // Each kind of key proves only its own kind of signature.
    expect(verify(provider, publicKey, headers(symmetric), body, seconds)).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    expect(verify(provider, secret, headers(asymmetric), body, seconds)).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    expect(verify(provider, secret, headers('v2,abc'), body, seconds)).toMatchObject({ code: 'SIGNATURE_MISSING' })
  })

  it('accepts an unpadded secret', () => {
    const key = Buffer.from('0123456789abcdef')
    const signature = createHmac('sha256', key).update(`m.${seconds}.{}`).digest('base64')
    const headers = { 'webhook-id': 'm', 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` }
    expect(
      verify(provider, `whsec_${key.toString('base64').replace(/=+$/, '')}`, headers, '{}', seconds),
    ).toMatchObject({ ok: true })
  })

  it('does not mix webhook- and svix- headers', () => {
    const headers = {
      'svix-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': String(seconds),
      'webhook-signature': symmetric,
    }
    expect(verify(provider, secret, headers, body, seconds)).toMatchObject({ code: 'SIGNED_HEADER_MISSING' })
  })

  it('rejects an id that contains the separator', () => {
    const headers = {
      'webhook-id': `m.${seconds}`,
      'webhook-timestamp': String(seconds),
      'webhook-signature': symmetric,
    }
    expect(verify(provider, secret, headers, body, seconds)).toMatchObject({ code: 'SIGNED_HEADER_INVALID' })
  })

  it('finds duplicates by the signed id, not by the time', async () => {
    const receiver = createReceiver(standardWebhooks({ events: {} }), { secret })
    const send = (now: number) =>
      receiver.receive({
        ...signDelivery(receiver.provider, { secret, id: 'msg_1', type: 'a', now, body: { type: 'a' } }),
        receivedAt: now,
      })
    expect(await send(1_000_000)).toMatchObject({ outcome: 'unknown' })
    expect(await send(2_000_000)).toMatchObject({ outcome: 'duplicate' })
  })
})

describe('GitHub', () => {
  it('verifies the documented vector', () => {
    const headers = { 'X-Hub-Signature-256': githubSignature }
    const secret = "It's a Secret to Everybody"
    // The signature matches; the body is checked after it and is not JSON.
    expect(verify(github(), secret, headers, 'Hello, World!')).toEqual({
      ok: false,
      code: 'BODY_NOT_JSON',
    })
    expect(verify(github(), secret, headers, 'Hello, World?')).toEqual({
      ok: false,
      code: 'SIGNATURE_MISMATCH',
    })
  })

  it('identifies the event by its body; rejects another header', async () => {
    const receiver = createReceiver(github(), { secret: 'abc' })
    const send = (type: string, event: string | undefined) =>
      receiver.receive(signDelivery(github(), { secret: 'abc', type, headers: { 'X-GitHub-Event': event } }))
    expect(await send('issue_comment', 'issue_comment')).toMatchObject({ outcome: 'ignored' })
    expect(await send('issue_comment', undefined)).toMatchObject({ outcome: 'ignored' })
    expect(await send('issue_comment', 'issues')).toMatchObject({ code: 'HEADER_DISAGREES' })
    expect(await send('push', 'membership')).toMatchObject({ code: 'HEADER_DISAGREES' })
  })

  it('treats an undeclared type as unknown', async () => {
    const receiver = createReceiver(github(), { secret: 'abc' })
    const send = (event: string | undefined) =>
      receiver.receive(
        signDelivery(github(), {
          secret: 'abc',
          type: 'future_event',
          body: { future: {} },
          headers: { 'X-GitHub-Event': event },
        }),
      )
    expect(await send('future_event')).toMatchObject({ outcome: 'unknown' })
    expect(await send(undefined)).toMatchObject({ outcome: 'duplicate' })
    expect(await send('issues')).toMatchObject({ code: 'HEADER_DISAGREES' })
  })

  it('does not run an added type by its header alone', async () => {
    const provider = withEvents(github({ recognise: (body) => ('future' in body ? 'future_event' : undefined) }), {
      future_event: z.looseObject({}),
    })
    const handler = vi.fn()
    const receiver = createReceiver(provider, { secret: 'abc' }).on('future_event', handler)
    const send = (body: object) =>
      receiver.receive(
        signDelivery(github(), {
          secret: 'abc',
          type: 'future_event',
          body,
          headers: { 'X-GitHub-Event': 'future_event' },
        }),
      )
    expect(await send({ other: {} })).toMatchObject({ outcome: 'unknown' })
    expect(handler).not.toHaveBeenCalled()
    expect(await send({ future: {} })).toMatchObject({ outcome: 'handled' })
    expect(await send({ issue: {}, action: 'opened' })).toMatchObject({ code: 'HEADER_DISAGREES' })
  })
})

describe('Sonzai', () => {
  const body = '{"test":true}'
  const signature = '6b5fed5c051827b218c67bf2582ae0b5dea7dcfdb4341bb32bcbbeda5980515a'

  it('uses the text after whsec_ as the key', () => {
    const headers = { 'Sonzai-Signature': `t=1700000000,v1=${signature}` }
    for (const secret of ['whsec_fixedkey123', 'fixedkey123']) {
      expect(verify(sonzai(), secret, headers, body)).toMatchObject({
        ok: true,
        body: { test: true },
      })
    }
  })

  it('accepts the older form only with legacyBodySignature', async () => {
    const secret = 'whsec_fixedkey123'
    const older = signDelivery(sonzai(), { secret, signer: signSonzaiLegacy })
    const strict = createReceiver(sonzai(), { secret })
    const lenient = createReceiver(sonzai({ legacyBodySignature: true }), { secret })
    expect(await strict.receive(older)).toMatchObject({ code: 'SIGNATURE_MALFORMED' })
    expect(await lenient.receive(older)).toMatchObject({ outcome: 'ignored' })
    // The new form keeps its freshness check.
    const stale = { ...signDelivery(sonzai(), { secret }), receivedAt: Date.now() + 3_600_000 }
    expect(await lenient.receive(stale)).toMatchObject({ code: 'TIMESTAMP_STALE' })
    expect(lenient.describe().scheme.also).toEqual([expect.stringContaining('not checked')])
  })

  it('requires the registered Authorization', async () => {
    const secret = 'whsec_fixedkey123'
    const receiver = createReceiver(sonzai({ authorization: 'Bearer your-webhook-secret' }), { secret })
    const send = (authorization: string | undefined) =>
      receiver.receive(signDelivery(sonzai(), { secret, headers: { authorization } }))
    expect(await send('Bearer your-webhook-secret')).toMatchObject({ outcome: 'ignored' })
    expect(await send(undefined)).toMatchObject({ status: 401, code: 'CREDENTIAL_MISSING' })
    expect(await send('Bearer your-webhook-secre')).toMatchObject({ status: 401, code: 'CREDENTIAL_MISMATCH' })
    expect(await send('your-webhook-secret')).toMatchObject({ status: 401, code: 'CREDENTIAL_MISMATCH' })
    for (const authorization of [undefined, '', [], ['ok', ''], 'ünïcode']) {
      expect(() => sonzai({ authorization })).toThrow(expect.objectContaining({ code: 'SECRET_INVALID' }))
    }
  })
})

describe('Invoratec', () => {
  const secret = 'my-webhook-secret'
  const receiver = () => createReceiver(invoratec(), { secret })
  const send = (headers: Record<string, string | undefined>) =>
    receiver().receive(signDelivery(invoratec(), { secret, type: 'tool.executed', headers }))

  it('reads type and time from the body; rejects other headers', async () => {
    expect(await send({})).toMatchObject({ outcome: 'ignored' })
    expect(await send({ 'X-Webhook-Event': undefined, 'X-Webhook-Timestamp': undefined })).toMatchObject({
      outcome: 'ignored',
    })
    expect(await send({ 'X-Webhook-Event': 'app.installed' })).toMatchObject({ status: 400, code: 'HEADER_DISAGREES' })
  })

  it.each([
    ['a millisecond later', new Date(Date.now() + 1).toISOString()],
    ['an hour later, as of a retry', new Date(Date.now() + 3_600_000).toISOString()],
    ['without a time', 'soon'],
  ])('ignores a header time %s', async (_what, time) => {
    expect(await send({ 'X-Webhook-Timestamp': time })).toMatchObject({ outcome: 'ignored' })
  })

  it('judges age by the body, not by its header', async () => {
    const headers = { 'X-Webhook-Timestamp': new Date().toISOString() }
    const old = signDelivery(invoratec(), { secret, now: Date.now() - 3_600_000, headers })
    expect(await receiver().receive(old)).toMatchObject({ code: 'TIMESTAMP_STALE' })
  })

  it('accepts unsigned only if provider and receiver allow it', async () => {
    const unsigned = signDelivery(invoratec(), { secret, headers: { 'X-Webhook-Signature': undefined } })
    expect(await receiver().receive(unsigned)).toMatchObject({ code: 'SIGNATURE_MISSING' })
    expect(() => createReceiver(invoratec({ unsigned: true }), {})).toThrow(/acceptUnauthenticated/)
    expect(() => createReceiver(invoratec({ unsigned: true }), { acceptUnauthenticated: true, secret })).toThrow(
      /secret/,
    )
    expect(() => createReceiver(invoratec(), { acceptUnauthenticated: true, secret })).toThrow(/authenticate nobody/)
    const open = createReceiver(invoratec({ unsigned: true }), { acceptUnauthenticated: true })
    expect(await open.receive(unsigned)).toMatchObject({ outcome: 'ignored' })
    expect(await open.receive(unsigned)).toMatchObject({ outcome: 'duplicate' })
    expect(open.describe().scheme.kind).toBe('none')
  })
})
