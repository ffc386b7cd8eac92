import {
  createReceiver,
  SallyportError,
  type Receiver,
  type Provider,
  type ReceiverOptions,
  type ReplayGuard,
} from 'sallyport'
import type { Inbox } from 'sallyport/inbox'
import type { StandardSchema } from 'sallyport/provider'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const secret = 'whsec_odd-values'
const type = 'on_wakeup_ready'
const refuseAccess = (): never => {
  throw new Error('no access')
}
const guarded = new Proxy(
  {},
  { get: refuseAccess, has: refuseAccess, getPrototypeOf: refuseAccess, ownKeys: refuseAccess },
)
const revoked = Proxy.revocable({}, {})
revoked.revoke()

/** What code throws, or rejects with. */
const oddities: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  'an empty text': '',
  zero: 0,
  'a symbol': Symbol('odd'),
  'a proxy that throws': guarded,
  'a revoked proxy': revoked.proxy,
  'an error without a readable message': Object.defineProperty(new Error('hidden'), 'message', { get: refuseAccess }),
  'a value that cannot be printed': { [inspect.custom]: refuseAccess, toString: refuseAccess },
  'a value with a throwing brand': Object.defineProperty({}, Symbol.for('sallyport.error'), { get: refuseAccess }),
  'a branded value without a code': { [Symbol.for('sallyport.error')]: true },
  'a branded value with a throwing code': Object.defineProperty(
    { [Symbol.for('sallyport.error')]: true, reason: 'x' },
    'code',
    { get: refuseAccess },
  ),
}

/** Fails now or later, with the value. */
type Fail = () => never | Promise<never>

interface Place {
  readonly options?: ((fail: Fail) => Partial<ReceiverOptions>) | undefined
  readonly provider?: ((fail: Fail) => Provider) | undefined
  readonly arrange?: ((receiver: Receiver, fail: Fail) => void) | undefined
  readonly incoming?: ((fail: Fail) => object) | undefined
  /** The answer's code. */
  readonly code: string
  /** `onError` gets an error with this code, and the value as its cause. @default the value itself */
  readonly wrapped?: string | undefined
}

const usual = sonzai() as unknown as Provider
const withSchema = (validate: StandardSchema['~standard']['validate']): Provider => ({
  ...usual,
  events: { ...usual.events, [type]: { '~standard': { version: 1, vendor: 'odd', validate } } },
})
const guardWith = (change: Partial<ReplayGuard>): Partial<ReceiverOptions> => ({
  replayGuard: { name: 'odd', claim: () => 'claimed', commit: () => {}, release: () => {}, ...change },
})
const inboxWith = (change: Partial<Inbox>): Partial<ReceiverOptions> => ({
  inbox: { name: 'odd', attach: () => {}, store: async () => 'stored', ...change } as Inbox,
})

/** Everything of a user's or a host's that a delivery runs. */
const places: Readonly<Record<string, Place>> = {
  'a handler': { arrange: (receiver, fail) => void receiver.on(type, fail), code: 'HANDLER_FAILED' },
  'a handler of any event': { arrange: (receiver, fail) => void receiver.onAny(fail), code: 'HANDLER_FAILED' },
  'a handler of unknown events': {
    provider: () => ({ ...usual, events: {} }),
    arrange: (receiver, fail) => void receiver.onUnknown(fail),
    code: 'HANDLER_FAILED',
  },
  'a schema': { provider: (fail) => withSchema(fail), code: 'HANDLER_FAILED' },
  identify: { provider: (fail) => ({ ...usual, identify: fail as never }), code: 'INTERNAL' },
  'a scheme that reads headers': {
    provider: (fail) => ({ ...usual, scheme: { ...usual.scheme, inspect: fail as never } }),
    code: 'INTERNAL',
  },
  'a scheme that verifies': {
    provider: (fail) => ({ ...usual, scheme: { ...usual.scheme, verify: fail } }),
    code: 'INTERNAL',
  },
  'the secret function': {
    options: (fail) => ({ secret: fail }),
    code: 'SECRET_RESOLVER_FAILED',
    wrapped: 'SECRET_RESOLVER_FAILED',
  },
  dedupeKey: { options: (fail) => ({ dedupeKey: fail as never }), code: 'INTERNAL' },
  now: { options: (fail) => ({ now: fail as never }), code: 'INTERNAL', wrapped: 'INTERNAL' },
  'claim of the replay guard': {
    options: (fail) => guardWith({ claim: fail }),
    code: 'REPLAY_GUARD_FAILED',
    wrapped: 'REPLAY_GUARD_FAILED',
  },
  'store of the inbox': {
    options: (fail) => inboxWith({ store: fail }),
    code: 'INBOX_FAILED',
    wrapped: 'INBOX_FAILED',
  },
  'the body reader': {
    incoming: (fail) => ({ body: fail }),
    code: 'REQUEST_UNREADABLE',
    wrapped: 'REQUEST_UNREADABLE',
  },
  'a member of the request': {
    incoming: (fail) => Object.defineProperty({}, 'headers', { enumerable: true, get: fail }),
    code: 'REQUEST_UNREADABLE',
    wrapped: 'REQUEST_UNREADABLE',
  },
}

// These answer with a value, so what they throw later is not an outcome of theirs.
const onlyNow = [
  'identify',
  'a scheme that reads headers',
  'a scheme that verifies',
  'dedupeKey',
  'now',
  'a member of the request',
]

let printed: unknown[][]
beforeEach(() => {
  printed = []
  vi.spyOn(console, 'error').mockImplementation((...values) => {
    printed.push(values)
    // As the console does.
    for (const value of values) inspect(value)
  })
})
afterEach(() => {
  vi.restoreAllMocks()
})

function make(place: Place, fail: Fail): Receiver {
  const provider = place.provider?.(fail) ?? usual
  const receiver = createReceiver(provider, { secret, ...place.options?.(fail) })
  if (place.arrange) place.arrange(receiver, fail)
  else if (Object.hasOwn(provider.events, type)) receiver.on(type, () => {})
  return receiver
}

async function deliver(
  receiver: Receiver,
  place: Place,
  fail: Fail,
): Promise<{ status: number; code?: string | undefined }> {
  const delivery = signDelivery(sonzai(), { secret, type })
  return receiver.receive(
    Object.defineProperties(delivery, Object.getOwnPropertyDescriptors<object>(place.incoming?.(fail) ?? {})),
  )
}

describe.each(Object.entries(places))('receive, when %s fails', (name, place) => {
  for (const [oddity, value] of Object.entries(oddities)) {
    const ways: Record<string, Fail> = {
      throws: () => {
        throw value
      },
      'rejects with': () => Promise.reject(value),
    }
    for (const [way, fail] of Object.entries(ways)) {
      if (way === 'rejects with' && onlyNow.includes(name)) continue
      it(`answers, and tells onError, if it ${way} ${oddity}`, async () => {
        const told: unknown[] = []
        const receiver = make(place, fail).onError((error) => void told.push(error))
        const { status, code } = await deliver(receiver, place, fail)
        expect({ code, isFailure: status >= 500 }).toEqual({ code: place.code, isFailure: true })
        expect(told).toHaveLength(1)
        const error = told[0] as SallyportError
        if (place.wrapped === undefined) expect(Object.is(error, value)).toBe(true)
        else
          expect({ code: error.code, isCause: Object.is(error.cause, value) }).toEqual({
            code: place.wrapped,
            isCause: true,
          })
      })

      it(`answers, and prints, if it ${way} ${oddity}`, async () => {
        const { code } = await deliver(make(place, fail), place, fail)
        expect(code).toBe(place.code)
        expect(printed.length).toBeGreaterThan(0)
      })
    }
  }
})
