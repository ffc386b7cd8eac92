import { randomBytes } from 'node:crypto'
import type { EventMap, Provider } from 'sallyport'
import { allow, checkOptions, type OptionRules } from 'sallyport/provider'
import { signDelivery, type SignOptions } from 'sallyport/testing'
import { checkReceiverUrl } from '../check-url.ts'
import type { Clock } from '../clock.ts'
import type { Courier } from '../delivery/courier.ts'
import type { Route, SignedRequest, TriggeredDelivery } from '../delivery/delivery.ts'
import { toFaults, type FaultInput } from '../delivery/faults.ts'
import { createId } from '../identifiers.ts'

/** What `sandbox.send` sends, and where; `type`, `body`, `id` and `signer` are those of `signDelivery`. */
export interface OwnDelivery extends Pick<SignOptions, 'secret' | 'type' | 'body' | 'id' | 'signer'> {
  /** URL of the receiver. */
  readonly url: string
  /** Faults of this delivery. @default [] */
  readonly faults?: readonly FaultInput[] | undefined
}

const secret = allow.secret(allow.filled)

const rules: OptionRules<OwnDelivery> = {
  url: allow.required(allow.filled),
  secret: allow.required(allow.either(secret, allow.listOf(secret, 'strings'))),
  type: allow.text,
  body: allow.anything,
  id: allow.text,
  signer: allow.function,
  faults: allow.listOf(allow.either(allow.text, allow.record), 'faults'),
}

/** Sends a delivery of any provider, with retries and faults. */
export type SendOwn = <Events extends EventMap>(provider: Provider<Events>, delivery: OwnDelivery) => TriggeredDelivery

/** A provider and what to sign for it. */
interface Sending {
  readonly provider: Provider
  readonly delivery: OwnDelivery
  readonly id: string
}

/** Adds the route of providers that are no platform of the sandbox. They are functions, so no state file continues them. */
export function createSendOwn(clock: Clock, courier: Courier): SendOwn {
  const sendings = new Map<string, Sending>()

  courier.routes.set('own', {
    retries: true,
    find(target) {
      const url = sendings.get(target)?.delivery.url
      return url === undefined ? undefined : { url, faults: [] }
    },
    sign: ({ target }, signing) => sign(sendings.get(target)!, signing),
  })

  return (provider, delivery) => {
    checkOptions(`sandbox.send for ${provider.name}`, delivery, rules)
    const { url, faults = [], id = `msg_${randomBytes(12).toString('hex')}`, type } = delivery
    checkReceiverUrl('url', url)
    const checkedFaults = toFaults(faults)
    const sending: Sending = { provider, delivery, id }
    // What cannot be signed fails here, not at the first attempt.
    sign(sending, { now: clock.now(), isForged: false, ageMs: 0 })
    const target = createId('own')
    sendings.set(target, sending)
    const eventType = type ?? Object.keys(provider.events)[0] ?? 'test'
    const job = { id: createId('del'), platform: 'own' as const, target, eventType, content: {} }
    const sent = courier.send({ ...job, faults: checkedFaults, attempts: 0, dueAt: clock.now() })
    void sent.finished.then(() => sendings.delete(target))
    return sent
  }
}

function sign(
  { provider, delivery, id }: Sending,
  { now, ageMs, isForged }: Parameters<Route['sign']>[1],
): SignedRequest {
  const { url, faults: _faults, ...options } = delivery
  const { pathname, search } = new URL(url)
  const common = { ...options, id: delivery.id ?? id, now: now - ageMs, url: pathname + search }
  const signed = signDelivery(provider, common)
  const { plainHeaders: headers, body } = signed
  if (!isForged) return { headers, body }
  // The signature of other bytes, as no secret of another kind is known.
  if (provider.scheme.needsBody)
    return {
      headers: signDelivery(provider, { ...common, body: Buffer.concat([body, Buffer.from(' ')]) }).plainHeaders,
      body,
    }
  return { headers: signDelivery(provider, { ...common, secret: randomBytes(24).toString('hex') }).plainHeaders, body }
}
