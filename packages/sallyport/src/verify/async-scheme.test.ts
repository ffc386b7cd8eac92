import { runInNewContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { diagnose } from '../diagnose/diagnose.ts'
import { createReceiver } from '../receive/receiver.ts'
import type { InboxEvent } from '../receive/inbox.ts'
import { signDelivery, type SignedDelivery } from '../testing/sign-delivery.ts'
import { toHeaderList } from './header-list.ts'
import { inspectHead, prove } from './authenticate.ts'
import { fromHeader, noTimestamp } from './freshness.ts'
import { defineProvider, type Provider } from './provider.ts'
import { hmac } from './schemes/hmac.ts'
import { parts } from './schemes/message.ts'
import { oneOf } from './schemes/one-of.ts'
import type { Claim, Scheme } from './schemes/scheme.ts'
import { prepareSecrets } from './secrets.ts'
import { isPromise, refuse, type Refusal } from './verdict.ts'
import { createVerifier, safeVerify, type VerifyRequest } from './verify.ts'

const secret = 'made-up'
const now = Date.UTC(2026, 10, 29, 8)

const plain = (header = 'x-signature'): Scheme =>
  hmac({ header, encoding: 'hex', signed: [parts.body], freshness: noTimestamp('none') })

/** The scheme, answering later, after `before` had its say. */
function later(scheme: Scheme, before: () => Promise<Refusal | undefined> = () => Promise.resolve(undefined)): Scheme {
  return {
    ...scheme,
    isAsync: true,
    async verify(claim, delivery, keys) {
      return (await before()) ?? scheme.verify(claim, delivery, keys)
    },
  }
}

const unavailable = (): Promise<Refusal> => Promise.resolve(refuse('KEY_UNAVAILABLE', 'keys.example gave no answer'))

function acme(scheme: Scheme): Provider {
  return defineProvider({
    name: 'acme',
    scheme,
    identify: ({ body: { id, type, data } }) => ({ id: String(id), type, data }),
    events: { 'order.paid': z.looseObject({}) },
  })
}

const body = { id: 'evt_1', type: 'order.paid', data: { cents: 1 } }
const sign = (header?: string, key = secret): SignedDelivery =>
  signDelivery(acme(plain(header)), { secret: key, body, now })

const request = (): VerifyRequest => {
  const { headers, body: bytes } = sign()
  return { headers, body: bytes, receivedAt: now }
}

async function receive(scheme: Scheme, delivery: SignedDelivery): Promise<unknown> {
  const receiver = createReceiver(acme(scheme), { secret, now: () => now })
    .on('order.paid', () => {})
    .onError(() => {})
  const { status, code, outcome } = await receiver.receive(delivery)
  return code ?? (status === 200 ? outcome : status)
}

describe('a scheme that returns a promise', () => {
  it('accepts, rejects and refuses as a synchronous one does', async () => {
    expect(await receive(later(plain()), sign())).toBe('handled')
    expect(await receive(later(plain()), sign(undefined, 'another'))).toBe('SIGNATURE_MISMATCH')
    expect(await receive(later(plain(), unavailable), sign())).toBe('KEY_UNAVAILABLE')
    expect(await receive({ ...plain(), verify: () => refuse('KEY_UNAVAILABLE') }, sign())).toBe('KEY_UNAVAILABLE')
  })

  it('answers 500 when its promise rejects, and accepts nothing', async () => {
    expect(
      await receive(
        later(plain(), () => Promise.reject(new Error('broken'))),
        sign(),
      ),
    ).toBe('INTERNAL')
  })

  it('waits for a promise of another realm', async () => {
    const Foreign = runInNewContext('Promise') as PromiseConstructor
    const own = plain()
    const foreign: Scheme = { ...own, verify: (...given) => Foreign.resolve(own.verify(...given)) }
    expect(await receive(foreign, sign())).toBe('handled')
    expect(await receive(foreign, sign(undefined, 'another'))).toBe('SIGNATURE_MISMATCH')
  })

  it('tells operators why, and the sender to retry', async () => {
    const errors: unknown[] = []
    const receiver = createReceiver(acme(later(plain(), unavailable)), { secret })
    receiver.onError((error) => void errors.push(error))
    expect(await receiver.receive(sign())).toMatchObject({ status: 503, code: 'KEY_UNAVAILABLE' })
    expect(errors).toMatchObject([{ code: 'KEY_UNAVAILABLE', message: 'acme: keys.example gave no answer' }])
  })

  it('is verified by safeVerify, and refused by authenticate', async () => {
    const provider = acme(later(plain()))
    expect(await safeVerify(provider, { secret, ...request() })).toMatchObject({ ok: true })
    const asked = vi.fn(() => Promise.reject(new Error('nobody waits')))
    for (const scheme of [later(plain(), asked), { ...later(plain(), asked), isAsync: undefined }]) {
      const verifier = createVerifier(acme(scheme), { secret })
      expect(() => verifier.authenticate({ ...sign(), receivedAt: now })).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(/acme.*safeVerify/) }),
      )
    }
    // The one that says so is not even asked.
    expect(asked).toHaveBeenCalledTimes(1)
  })

  it('is judged by diagnose, and not searched with', async () => {
    const asked = vi.fn(() => Promise.resolve(undefined))
    const provider = acme(later(plain(), asked))
    const options = { secret }
    expect(await diagnose(provider, { ...sign(), receivedAt: now }, options)).toMatchObject({ ok: true })
    const altered = { ...sign(), body: Buffer.from('{"id":"evt_2"}'), receivedAt: now }
    const verdict = await diagnose(provider, altered, options)
    expect(verdict).toMatchObject({ ok: false, code: 'SIGNATURE_MISMATCH' })
    expect(asked.mock.calls.length).toBeLessThan(6)
    const missing = await diagnose(acme(later(plain(), unavailable)), altered, options)
    expect(missing.findings).toMatchObject([{ cause: 'REFUSED', detail: expect.stringContaining('KEY_UNAVAILABLE') }])
  })
})

describe('a synchronous scheme', () => {
  it('costs no promise', () => {
    for (const scheme of [plain(), oneOf(plain(), plain('x-other'))]) {
      const delivery = { ...sign(), receivedAt: now }
      const claim = inspectHead(scheme, delivery, 300_000) as Claim
      const proof = prove(scheme, claim, delivery, prepareSecrets(secret, scheme, 'acme'), 300_000)
      expect(isPromise(proof)).toBe(false)
      expect(proof).toMatchObject({ ok: true })
    }
  })
})

describe('oneOf with a scheme that returns a promise', () => {
  const groups = [
    ['first', oneOf(later(plain()), plain('x-other'))],
    ['last', oneOf(plain('x-other'), later(plain()))],
    ['both', oneOf(later(plain('x-other')), later(plain()))],
  ] as const

  it.each(groups)('takes the alternative that matches (%s)', async (_, group) => {
    expect(group.isAsync).toBe(true)
    expect(await receive(group, sign())).toBe('handled')
    expect(await receive(group, sign('x-other'))).toBe('handled')
    expect(await receive(group, sign('x-other', 'another'))).toBe('SIGNATURE_MISMATCH')
  })

  it('refuses for a missing key only where no alternative matches', async () => {
    const both = sign()
    const headers = { ...both.plainHeaders, ...sign('x-other').plainHeaders }
    const group = oneOf(later(plain('x-other'), unavailable), plain())
    expect(await receive(group, { ...both, headers: toHeaderList(headers) })).toBe('handled')
    expect(await receive(group, sign('x-other'))).toBe('KEY_UNAVAILABLE')
    expect(await receive(oneOf(plain(), later(plain('x-other'), unavailable)), sign('x-other'))).toBe('KEY_UNAVAILABLE')
  })
})

describe('a scheme that finds its keys itself', () => {
  const own: Scheme = {
    ...later(plain()),
    needsSecret: false,
    prepareKey: () => undefined,
    async verify(claim, delivery) {
      const scheme = plain()
      const match = await scheme.verify(claim, delivery, [scheme.prepareKey(secret)])
      return match !== undefined && 'keyIndex' in match ? { ...match, keyId: 'key-7' } : match
    },
  }

  it('needs no secret, and names the key that matched', async () => {
    const seen: string[] = []
    const receiver = createReceiver(acme(own), {}).on('order.paid', ({ keyId }) => void seen.push(keyId))
    expect((await receiver.receive(sign())).outcome).toBe('handled')
    expect(seen).toEqual(['key-7'])
    expect(receiver.describe().activeSecrets).toBe('resolved per delivery')
    expect(await safeVerify(acme(own), request())).toMatchObject({ ok: true, event: { keyId: 'key-7' } })
  })

  it('takes no secret', () => {
    expect(() => createReceiver(acme(own), { secret })).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('remove the secret') }),
    )
  })

  it('may be an alternative beside one that needs a secret', async () => {
    for (const group of [oneOf(own, plain('x-other')), oneOf(plain('x-other'), own)]) {
      expect(group.needsSecret).toBe(true)
      expect(await receive(group, sign())).toBe('handled')
      expect(await receive(group, sign('x-other'))).toBe('handled')
      expect(await receive(group, sign(undefined, 'another'))).toBe('SIGNATURE_MISMATCH')
    }
    const alone = oneOf(own, later(plain('x-other'), unavailable))
    expect(await receive({ ...alone }, sign())).toBe('handled')
  })
})

describe('the period of a claim', () => {
  const seconds = 1000
  const within = (period: Claim, base = plain()): Scheme => ({
    ...base,
    inspect(head) {
      const claim = base.inspect(head)
      return 'code' in claim ? claim : { ...claim, ...period }
    },
  })

  it.each([
    ['ends later', { notAfter: now + 1 }, 'handled'],
    ['ended within the tolerance', { notAfter: now - 300 * seconds }, 'handled'],
    ['ended before the tolerance', { notAfter: now - 300 * seconds - 1 }, 'TIMESTAMP_STALE'],
    ['begins within the tolerance', { notBefore: now + 300 * seconds }, 'handled'],
    ['begins after the tolerance', { notBefore: now + 300 * seconds + 1 }, 'TIMESTAMP_FUTURE'],
    ['ends at no time', { notAfter: Number.NaN }, 'TIMESTAMP_STALE'],
    ['begins at no time', { notBefore: Number.NaN }, 'TIMESTAMP_FUTURE'],
  ])('that %s', async (_, period, expected) => {
    const delivery = { ...sign(), receivedAt: now }
    expect(await receive(within(period), delivery)).toBe(expected)
    // In a group it is known only once the alternative has matched.
    expect(await receive(oneOf(within(period), plain('x-other')), delivery)).toBe(expected)
  })

  it('is checked beside the signed time', async () => {
    const timed = hmac({
      header: 'x-signature',
      encoding: 'hex',
      signed: [parts.header('x-time'), parts.literal('.'), parts.body],
      freshness: fromHeader('x-time', 'seconds'),
    })
    const delivery = { ...signDelivery(acme(timed), { secret, body, now }), receivedAt: now }
    expect(await receive(within({ notAfter: now }, timed), delivery)).toBe('handled')
    expect(await receive(within({ notAfter: now - 301 * seconds }, timed), delivery)).toBe('TIMESTAMP_STALE')
  })
})

describe('a stored event whose key is gone', () => {
  it('is handled again, and checkStored says that the key is missing', async () => {
    const stored: InboxEvent[] = []
    let run: (event: InboxEvent, attempt: never) => Promise<void> = () => Promise.reject(new Error('not attached'))
    const inbox = {
      name: 'a list',
      attach: (_: string, runner: typeof run) => void (run = runner),
      store: (event: InboxEvent) => Promise.resolve(stored.push(event) && 'stored'),
      ready: () => Promise.resolve(),
    }
    let isGone = false
    const scheme = later(plain(), () => (isGone ? unavailable() : Promise.resolve(undefined)))
    const seen: unknown[] = []
    const receiver = createReceiver(acme(scheme), { secret, inbox: inbox as never })
      .on('order.paid', ({ data }) => void seen.push(data))
      .onError(() => {})
    expect((await receiver.receive(sign())).status).toBe(202)
    isGone = true
    const [event] = stored
    expect(await receiver.checkStored(event!)).toMatchObject({
      sender: { code: 'KEY_UNAVAILABLE' },
      data: { ok: true },
    })
    const attempt = { number: 2, isLast: false, idempotencyKey: 'k', signal: new AbortController().signal }
    await run(event!, attempt as never)
    expect(seen).toEqual([{ cents: 1 }])
  })
})
