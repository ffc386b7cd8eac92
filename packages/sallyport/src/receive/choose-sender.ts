import { clipVisible } from '../errors/visible-text.ts'
import { allow } from '../options/allow.ts'
import { failOption } from '../options/check-options.ts'
import { showGiven } from '../options/show-given.ts'
import { isProvider } from '../verify/check-provider.ts'
import type { DeliveryHead } from '../verify/delivery.ts'
import type { Provider } from '../verify/provider.ts'
import { carriesProof, isThere, proofNames } from '../verify/schemes/carries-proof.ts'
import { refuse, type Refusal } from '../verify/verdict.ts'
import type { Receiver } from './receiver.ts'

/** One of the senders of `anyOf`. */
export interface Sender {
  /** The name that the user gave it. */
  readonly name: string
  readonly receiver: Receiver
  /** Where its deliveries have their proof. */
  readonly proof: readonly string[]
  /** Headers that are not another sender's when they come with its own. */
  readonly alsoSends: readonly string[]
}

/**
 * Chooses by the head alone: the one sender whose proof is there, right or wrong. Another sender's beside it counts too, unless this
 * one is known to send it as well.
 */
export function chooseSender(senders: readonly Sender[], head: DeliveryHead): Sender | Refusal {
  const shown = senders.filter(({ receiver }) => carriesProof(receiver.provider.scheme, head))
  const chosen = shown.filter((one) => shown.every((other) => other === one || isSentBy(one, other, head)))
  if (chosen.length === 1) return chosen[0]!
  if (shown.length > 0) return refuse('SENDER_AMBIGUOUS')
  // A check of the endpoint may have no proof. One sender at most answers it, or all alike.
  const asked = senders.find(({ receiver }) => isAskedBy(receiver.provider, head.method))
  return asked ?? refuse(head.method === 'POST' ? 'SENDER_UNKNOWN' : 'METHOD_NOT_ALLOWED')
}

/** Whether a sender checks its endpoint by a request without proof. */
function isAskedBy({ handshake = {} }: Provider, method: string): boolean {
  if (method === 'GET') return handshake.get !== undefined
  return method === 'HEAD' ? handshake.head === true : method === 'POST' && handshake.unsigned !== undefined
}

/** Whether a sender is known to send all that a delivery has of another. */
function isSentBy({ alsoSends }: Sender, other: Sender, head: DeliveryHead): boolean {
  return other.proof.every((name) => !isThere(name, head) || alsoSends.includes(name))
}

const isReceiver = allow.having('', 'receive', 'on')
const example = 'anyOf({ github: githubReceiver, stripe: stripeReceiver })'

/**
 * Checks the first argument of `anyOf`.
 *
 * @throws SallyportError `OPTION_INVALID` where it is wrong, or where senders cannot be told apart by the heads of their deliveries
 */
export function toSenders(given: unknown): readonly [Sender, ...Sender[]] {
  if (isReceiver.accepts(given)) failOption(`anyOf: name each receiver by its sender, as ${example}`)
  if (!allow.record.accepts(given)) failOption(`anyOf: pass receivers by name, as ${example}, not ${showGiven(given)}`)
  const [first, ...others] = Object.entries(given as object).map(([name, value]) => toSender(name, value))
  if (first === undefined) failOption(`anyOf: there is no receiver; pass at least one, as ${example}`)
  for (const [index, one] of others.entries())
    for (const other of [first, ...others.slice(0, index)]) compare(other, one)
  return [first, ...others]
}

function toSender(key: string, value: unknown): Sender {
  const name = clipVisible(key, 40)
  if (isProvider(value))
    failOption(
      `anyOf: ${name} is the provider "${value.name}", not a receiver; pass createReceiver(provider, { secret })`,
    )
  const receiver = value as Receiver
  if (!isReceiver.accepts(value) || !isProvider(receiver.provider)) {
    const advice = isReceiver.accepts(value) ? '; pass the receivers of an anyOf one by one' : ''
    failOption(`anyOf: ${name} must be what createReceiver returns, not ${showGiven(value)}${advice}`)
  }
  const { scheme, alsoSends = [] } = receiver.provider
  const proof = proofNames(scheme)
  if (proof.length === 0)
    failOption(`anyOf: no header shows that ${name} sent a delivery; mount its receiver at a path of its own`)
  return { name: key, receiver, proof, alsoSends: alsoSends.map((header) => header.toLowerCase()) }
}

function compare(one: Sender, other: Sender): void {
  const names = `${clipVisible(one.name, 40)} and ${clipVisible(other.name, 40)}`
  const shared = one.proof.find((name) => other.proof.includes(name))
  if (shared !== undefined)
    failOption(
      `anyOf: ${names} both send ${showPlace(shared)}, so it does not show who sent a delivery; mount each receiver at a path of its own`,
    )
  for (const method of ['GET', 'POST'])
    if ([one, other].every(({ receiver }) => isAskedBy(receiver.provider, method)))
      failOption(
        `anyOf: ${names} both check the endpoint by a ${method} without a signature, which does not show who sent it; mount each receiver at a path of its own`,
      )
  const { name } = one.receiver.provider
  if (name === other.receiver.provider.name)
    failOption(
      `anyOf: ${names} both have the provider name "${name}", by which events are stored; give one another name`,
    )
}

/** A place of proof in words. */
export function showPlace(name: string): string {
  const shown = clipVisible(name, 60)
  return name.startsWith('?') ? `the URL parameter ${shown.slice(1)}` : `the header ${shown}`
}
