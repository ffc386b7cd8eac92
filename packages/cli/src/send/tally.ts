import type { Answer } from './post.ts'
import type { Planned } from './plan.ts'

/** Answers other than expected. */
export interface Surprise {
  readonly faults: readonly string[]
  readonly expected: 'accept' | 'refuse'
  /** Status, or the code of a network error. */
  readonly got: string
  /** The outcome or error code in the answer, if it has one. */
  readonly said?: string | undefined
  /** The request file that was sent. */
  readonly file?: string | undefined
  readonly count: number
}

/** Counts answers. */
export interface Tally {
  add(planned: Planned, answer: Answer): void
  summary(): Summary
}

/** What a tally counted. */
export interface Summary {
  readonly sent: number
  /** Number of answers by status, and of network errors by code. */
  readonly statuses: Readonly<Record<string, number>>
  /** Number of answers by status and outcome or error code. */
  readonly said: Readonly<Record<string, number>>
  readonly latencyMs:
    | { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number }
    | undefined
  readonly surprises: readonly Surprise[]
  /** Whether no request was answered. */
  readonly isUnreachable: boolean
}

/** Creates an empty tally. */
export function createTally(): Tally {
  const statuses: Record<string, number> = {}
  const said: Record<string, number> = {}
  const times: number[] = []
  const surprises = new Map<string, Surprise>()
  let sent = 0

  return {
    add({ expected, faults, file }, answer) {
      sent += 1
      const got = 'status' in answer ? String(answer.status) : answer.error
      statuses[got] = (statuses[got] ?? 0) + 1
      if ('status' in answer) {
        times.push(answer.ms)
        const words = answer.said === undefined ? got : `${got} ${answer.said}`
        said[words] = (said[words] ?? 0) + 1
      }
      if (expected === 'either' || isExpected(expected, answer)) return
      const answered = 'status' in answer ? answer.said : undefined
      const key = JSON.stringify([expected, got, answered, faults, file])
      surprises.set(key, { faults, expected, got, said: answered, file, count: (surprises.get(key)?.count ?? 0) + 1 })
    },
    summary: () => ({
      sent,
      statuses,
      said,
      latencyMs: times.length === 0 ? undefined : percentiles(times),
      surprises: [...surprises.values()],
      isUnreachable: sent > 0 && times.length === 0,
    }),
  }
}

function isExpected(expected: 'accept' | 'refuse', answer: Answer): boolean {
  if (!('status' in answer)) return false
  const { status } = answer
  return expected === 'accept' ? status >= 200 && status < 300 : status >= 400 && status < 500
}

/** Nearest-rank percentiles, rounded to hundredths of a millisecond. */
function percentiles(times: readonly number[]): { p50: number; p90: number; p99: number; max: number } {
  const sorted = times.toSorted((one, other) => one - other)
  const at = (part: number): number => Math.round(sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]! * 100) / 100
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) }
}
