import { randomBytes } from 'node:crypto'
import type { Provider } from 'sallyport'
import { signDelivery } from 'sallyport/testing'
import { createRandom, faults, type Fault, type FaultName } from './faults.ts'

/** One delivery to be sent. */
export interface Planned {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly faults: readonly FaultName[]
  /** What a receiver should answer; nothing is expected where its provider cannot notice the fault. */
  readonly expected: 'accept' | 'refuse' | 'either'
  readonly delayMs: number
  readonly isSlow: boolean
}

/** What is to be sent. */
export interface PlanOptions {
  readonly provider: Provider
  readonly secrets: readonly string[]
  readonly type: string
  /** The whole body, byte by byte; a fixture of the event when left out. */
  readonly data?: Uint8Array | undefined
  readonly times: number
  readonly faults: readonly Fault[]
  readonly seed: number
  readonly now: () => number
}

const hour = 3_600_000

/** Makes the deliveries one after the other, as they are taken: thousands need no more memory than a few. */
export function* planDeliveries(options: PlanOptions): Generator<Planned> {
  const random = createRandom(options.seed)
  let held: Planned[] = []
  for (let index = 0; index < options.times; index++) {
    const chosen = options.faults.filter(({ rate }) => random() < rate).map(({ name }) => name)
    if (chosen.includes('drop')) continue
    const planned = toPlanned(options, index, chosen, random)
    const copies = chosen.includes('duplicate') ? [planned, planned] : [planned]
    if (chosen.includes('reorder')) held.push(...copies)
    else yield* copies
    if (held.length < 16) continue
    yield* shuffle(held, random)
    held = []
  }
  yield* shuffle(held, random)
}

function toPlanned(options: PlanOptions, index: number, chosen: readonly FaultName[], random: () => number): Planned {
  const { provider, type, data, times } = options
  const secrets = chosen.includes('wrong-signature') ? [anotherSecret(options.secrets[0]!)] : options.secrets
  const signed = signDelivery(provider, {
    secret: secrets,
    type,
    now: options.now() - (chosen.includes('stale') ? hour : 0),
    ...(data === undefined ? {} : { body: data }),
    // Equal bodies signed in one second are one event to senders without ids.
    ...(data === undefined && times > 1
      ? { edit: (body) => ({ ...body, sallyport_delivery: `${index + 1} of ${times}` }) }
      : {}),
  })
  const headers = chosen.includes('unsigned') ? withoutSignature(provider, signed.plainHeaders) : signed.plainHeaders
  return {
    headers,
    body: chosen.includes('corrupt') ? corrupt(signed.body, random) : signed.body,
    faults: chosen,
    expected: expectationOf(provider, chosen),
    delayMs: chosen.includes('delay') ? Math.round(random() * 1_000) : 0,
    isSlow: chosen.includes('slow-body'),
  }
}

function expectationOf({ scheme }: Provider, chosen: readonly FaultName[]): Planned['expected'] {
  const hostile = chosen.filter((name) => faults[name][1] === 'refuse')
  if (hostile.length === 0) return 'accept'
  const isNoticed = hostile.some((name) => {
    if (name === 'stale') return scheme.freshness.from !== 'nowhere'
    return name === 'corrupt' ? scheme.needsBody : true
  })
  return isNoticed ? 'refuse' : 'either'
}

// In the form of the one it stands for, so that it is refused for not matching.
function anotherSecret(secret: string): string {
  const prefix = /^(?:whsec_|whsk_)?/.exec(secret)![0]
  return prefix + randomBytes(64).toString('base64')
}

function withoutSignature({ scheme }: Provider, headers: Readonly<Record<string, string>>): Record<string, string> {
  const names = new Set((scheme.secretHeaders ?? [scheme.describe().header]).map((name) => name.toLowerCase()))
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.has(name.toLowerCase())))
}

function corrupt(body: Uint8Array, random: () => number): Uint8Array {
  const changed = Uint8Array.from(body)
  if (changed.length === 0) return changed
  const at = Math.floor(random() * changed.length)
  changed[at] = changed[at]! ^ 1
  return changed
}

function* shuffle(planned: Planned[], random: () => number): Generator<Planned> {
  const rest = [...planned]
  while (rest.length > 0) yield* rest.splice(Math.floor(random() * rest.length), 1)
}
