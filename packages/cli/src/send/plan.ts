import type { Provider } from 'sallyport'
import { corrupt, createRandom } from '@sallyport/sandbox'
import { signDelivery, type SignedDelivery, type Signer } from 'sallyport/testing'
import { anotherSecret } from './another-secret.ts'
import { ownHeaders, type Capture } from './captures.ts'
import { sendFaults, type SendFault, type SendFaultKind } from './faults.ts'
import { signAgain } from './sign-again.ts'
import { withoutSignature } from './without-signature.ts'

const hour = 3_600_000

/** One delivery to send. */
export interface Planned {
  readonly method: string
  /** Path and query. @default those of the target */
  readonly path?: string | undefined
  /** Names and values in turn, in their order. */
  readonly headers: readonly string[]
  readonly body: Uint8Array
  /** The request file it is from. */
  readonly file?: string | undefined
  readonly faults: readonly SendFaultKind[]
  /** What a receiver should answer; `either` if the provider cannot detect the fault. */
  readonly expected: 'accept' | 'refuse' | 'either'
  /** How long to wait before sending it. */
  readonly delayMs: number
  /** How long sending its body takes; 0 for all at once. */
  readonly slowBodyMs: number
}

/** What to sign and send. */
export interface PlanOptions {
  readonly provider: Provider
  readonly secrets: readonly string[]
  readonly type: string
  /** The exact body. @default a fixture of the event */
  readonly data?: Uint8Array | undefined
  /** Signs instead of the provider's signer. */
  readonly signer?: Signer | undefined
  /** Deliveries to sign again, instead of a fixture. */
  readonly captures?: readonly Capture[] | undefined
  /** Path and query to send to, for senders that sign them. @default that of the capture, else `/` */
  readonly path?: string | undefined
  /** Number of deliveries; with captures, of each. */
  readonly times: number
  readonly faults: readonly SendFault[]
  readonly seed: number
  readonly now: () => number
}

/** Plans to send captures as they are: the same bytes under the same headers. */
export function* planReplay(captures: readonly Capture[], path: string | undefined, times: number): Generator<Planned> {
  for (let time = 0; time < times; time++)
    for (const capture of captures) {
      const { file, method, url, body } = capture
      const headers = ownHeaders(capture).flat()
      const plain = { faults: [], expected: 'accept', delayMs: 0, slowBodyMs: 0 } as const
      yield { method, path: path ?? url, headers, body, file, ...plain }
    }
}

/** Creates the deliveries one at a time, as they are taken, so that millions need no more memory than a few. */
export function* planDeliveries(options: PlanOptions): Generator<Planned> {
  const { times, captures = [], seed } = options
  const random = createRandom(seed)
  let held: Planned[] = []
  for (let index = 0; index < times * Math.max(1, captures.length); index++) {
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
  const { provider, data, captures = [] } = options
  const faults = chosen.map(({ kind }) => kind)
  const msOf = (wanted: SendFaultKind): number => chosen.find(({ kind }) => kind === wanted)?.ms ?? 0
  const toleranceMs = provider.toleranceMs ?? 300_000
  const ageMs = faults.includes('stale') ? msOf('stale') || Math.max(hour, 2 * toleranceMs) : 0
  const capture = captures[index % captures.length]
  const signed = sign(options, index, capture, faults.includes('wrong-signature'), ageMs)
  const sent = faults.includes('unsigned') ? withoutSignature(provider, signed) : signed
  // A body that is sent byte for byte keeps its time.
  const isOld = ageMs > toleranceMs && (data === undefined || provider.scheme.freshness.from !== 'body')
  return {
    method: signed.method,
    path: capture === undefined && sent.url === (options.path ?? '/') ? undefined : sent.url,
    headers: Object.entries(sent.plainHeaders).flat(),
    body: faults.includes('corrupt') ? corrupt(sent.body, random) : sent.body,
    file: capture?.file,
    faults,
    expected: expectationOf(provider, faults, isOld),
    delayMs: Math.round(random() * msOf('delay')),
    slowBodyMs: msOf('slow-body'),
  }
}

function sign(
  { provider, secrets, type, data, signer, path, times, ...options }: PlanOptions,
  index: number,
  capture: Capture | undefined,
  isForged: boolean,
  ageMs: number,
): SignedDelivery {
  const secret = isForged ? [anotherSecret(secrets[0]!, provider.scheme)] : secrets
  const now = options.now() - ageMs
  if (capture !== undefined) return signAgain(provider, capture, { secret, now, signer, url: path ?? capture.url })
  // Fixtures are numbered: without event ids, equal bodies signed in the same second are one event.
  const edit =
    data === undefined && times > 1
      ? (body: Record<string, unknown>) => ({ ...body, sallyport_delivery: `${index + 1} of ${times}` })
      : undefined
  return signDelivery(provider, { secret, type, now, edit, body: data, signer, url: path })
}

function expectationOf({ scheme }: Provider, kinds: readonly SendFaultKind[], isTooOld: boolean): Planned['expected'] {
  const hostile = kinds.filter((kind) => sendFaults[kind].answer === 'refuse')
  if (hostile.length === 0) return 'accept'
  const isNoticed = hostile.some((kind) => {
    if (kind === 'stale') return isTooOld && scheme.freshness.from !== 'nowhere'
    // An altered member that is not signed is not noticed.
    return kind === 'corrupt' ? scheme.needsBody && scheme.kind !== 'body-signature' : true
  })
  return isNoticed ? 'refuse' : 'either'
}

function* shuffle(planned: Planned[], random: () => number): Generator<Planned> {
  const rest = [...planned]
  while (rest.length > 0) yield* rest.splice(Math.floor(random() * rest.length), 1)
}
