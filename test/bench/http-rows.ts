import type { Cold } from './http-cold.ts'
import type { Kind } from './http-apps.ts'
import type { Loaded, PacedRound, Rounds } from './http-rounds.ts'
import { median } from './measure.ts'
import type { Row } from './report.ts'

/** Everything measured of one framework. */
export interface Measured extends Rounds {
  readonly cold: Readonly<Record<Kind, readonly Cold[]>>
}

/** One number per round and kind. */
type Numbers = Readonly<Record<Kind, readonly number[]>>

/** What is the same in the rows of one case. */
interface Case {
  readonly name: string
  readonly unit: string
  readonly aim?: string
}

/** What kept a server from doing better, if anything. */
type FindLimit = (kind: Kind) => Row['limit']

const mostIdle = 0.05
const mostTaken = 0.1
const mostDelayMs = 1

export function toRows(framework: string, { loaded, paced, cold }: Measured): Row[] {
  const rates = { name: framework, unit: 'requests/s', aim: 'at least 0.80' }
  const times = { name: `${framework}: CPU per request`, unit: 'µs', aim: 'at most 5 µs above' }
  const loadLimit = (kind: Kind): Row['limit'] => findLoadLimit(loaded[kind])
  const paceLimit = (kind: Kind): Row['limit'] => findPaceLimit(paced[kind])
  const toMs = (name: string): Case => ({ name: `${framework}: ${name}`, unit: 'ms' })
  return [
    ...compare(rates, pick(loaded, 'perSecond'), loadLimit),
    ...withDifference(compare(times, pick(loaded, 'cpuUs')), pick(loaded, 'cpuUs')),
    ...compare(toMs('p50 at half load'), pick(paced, 'p50'), paceLimit),
    ...compare(toMs('p99 at half load'), pick(paced, 'p99'), paceLimit),
    ...compare(toMs('cold start'), pick(cold, 'tookMs')),
    ...compare(toMs('cold start, CPU'), pick(cold, 'cpuMs')),
  ]
}

function pick<Name extends string>(
  rounds: Readonly<Record<Kind, readonly Readonly<Record<Name, number>>[]>>,
  name: Name,
): Numbers {
  return { floor: rounds.floor.map((one) => one[name]), sallyport: rounds.sallyport.map((one) => one[name]) }
}

function compare({ name, unit, aim }: Case, numbers: Numbers, findLimit?: FindLimit): Row[] {
  const toRow = (kind: Kind): Row => {
    const limit = findLimit?.(kind)
    return {
      subject: kind,
      case: name,
      median: median(numbers[kind]),
      unit,
      ratio: median(numbers[kind].map((number, round) => number / numbers.floor[round]!)),
      ...(kind === 'sallyport' && aim ? { aim } : undefined),
      ...(limit ? { limit } : undefined),
    }
  }
  return [toRow('floor'), toRow('sallyport')]
}

/** Adds how much more it is than the floor, round by round. */
function withDifference([floor, sallyport]: readonly Row[], numbers: Numbers): Row[] {
  const above = median(numbers.sallyport.map((number, round) => number - numbers.floor[round]!))
  return [floor!, { ...sallyport!, above }]
}

/** A server that waits for the client, or for its turn on a core, has not shown what it can do. */
function findLoadLimit(rounds: readonly Loaded[]): Row['limit'] {
  const idle = median(rounds.map((round) => round.idle))
  if (idle > mostIdle) return 'client'
  return idle + median(rounds.map(({ cores }) => cores)) < 1 - mostTaken ? 'machine' : undefined
}

function findPaceLimit(rounds: readonly PacedRound[]): Row['limit'] {
  return median(rounds.map(({ delay }) => delay)) > mostDelayMs ? 'client' : undefined
}
