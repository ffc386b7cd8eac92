import { randomBytes } from 'node:crypto'
import type { Provider } from 'sallyport'
import { corrupt, createRandom } from '@sallyport/sandbox'
import { signDelivery } from 'sallyport/testing'
import { sendFaults, type SendFault, type SendFaultKind } from './faults.ts'

const hour = 3_600_000

/** One delivery to send. */
export interface Planned {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly faults: readonly SendFaultKind[]
  /** What a receiver should answer; `either` if the provider cannot detect the fault. */
  readonly expected: 'accept' | 'refuse' | 'either'
  /** How long to wait before sending it. */
  readonly delayMs: number
  /** How long sending its body takes; 0 for all at once. */
  readonly slowBodyMs: number
}

/** What to send. */
export interface PlanOptions {
  readonly provider: Provider
  readonly secrets: readonly string[]
  readonly type: string
  /** The exact body. @default a fixture of the event */
  readonly data?: Uint8Array | undefined
  readonly times: number
  readonly faults: readonly SendFault[]
  readonly seed: number
  readonly now: () => number
}

/** Creates the deliveries one at a time, as they are taken, so that millions need no more memory than a few. */
export function* planDeliveries(options: PlanOptions): Generator<Planned> {
  const random = createRandom(options.seed)
  let held: Planned[] = []
  for (let index = 0; index < options.times; index++) {
    const chosen = options.faults.filter(({ probability }) => random() < probability)
    const has = (kind: SendFaultKind): boolean => chosen.some((fault) => fault.kind === kind)
    if (has('drop')) continue
    const planned = toPlanned(options, index, chosen, random)
    const copies = has('duplicate') ? [planned, planned] : [planned]
    if (has('reorder')) held.push(...copies)
    else yield* copies
    if (held.length < 16) continue
    yield* shuffle(held, random)
    held = []
  }
  yield* shuffle(held, random)
}

function toPlanned(options: PlanOptions, index: number, chosen: readonly SendFault[], random: () => number): Planned {
  const { provider, type, data, times } = options
  const faults = chosen.map(({ kind }) => kind)
  const msOf = (wanted: SendFaultKind): number => chosen.find(({ kind }) => kind === wanted)?.ms ?? 0
  const toleranceMs = provider.toleranceMs ?? 300_000
  const ageMs = faults.includes('stale') ? msOf('stale') || Math.max(hour, 2 * toleranceMs) : 0
  const signed = signDelivery(provider, {
    secret: faults.includes('wrong-signature') ? [anotherSecret(options.secrets[0]!)] : options.secrets,
    type,
    now: options.now() - ageMs,
    // Fixtures are numbered: without event ids, equal bodies signed in the same second are one event.
    edit:
      data === undefined && times > 1
        ? (body) => ({ ...body, sallyport_delivery: `${index + 1} of ${times}` })
        : undefined,
    body: data,
  })
  const headers = faults.includes('unsigned') ? withoutSignature(provider, signed.plainHeaders) : signed.plainHeaders
  return {
    headers,
    body: faults.includes('corrupt') ? corrupt(signed.body, random) : signed.body,
    faults,
    expected: expectationOf(provider, faults, ageMs > toleranceMs),
    delayMs: Math.round(random() * msOf('delay')),
    slowBodyMs: msOf('slow-body'),
  }
}

function expectationOf({ scheme }: Provider, kinds: readonly SendFaultKind[], isTooOld: boolean): Planned['expected'] {
  const hostile = kinds.filter((kind) => sendFaults[kind].answer === 'refuse')
  if (hostile.length === 0) return 'accept'
  const isNoticed = hostile.some((kind) => {
    if (kind === 'stale') return isTooOld && scheme.freshness.from !== 'nowhere'
    return kind === 'corrupt' ? scheme.needsBody : true
  })
  return isNoticed ? 'refuse' : 'either'
}

// In the same format, so that it is rejected because it does not match.
function anotherSecret(secret: string): string {
  const prefix = /^(?:whsec_|whsk_)?/.exec(secret)![0]
  return prefix + randomBytes(64).toString('base64')
}

function withoutSignature({ scheme }: Provider, headers: Readonly<Record<string, string>>): Record<string, string> {
  const names = new Set((scheme.secretHeaders ?? [scheme.describe().header]).map((name) => name.toLowerCase()))
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.has(name.toLowerCase())))
}

function* shuffle(planned: Planned[], random: () => number): Generator<Planned> {
  const rest = [...planned]
  while (rest.length > 0) yield* rest.splice(Math.floor(random() * rest.length), 1)
}
