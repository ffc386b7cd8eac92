import type { LeakReport } from './leaks.ts'
import { findMore, type Measurement } from './measure.ts'
import { kinds, type Kind } from './traffic.ts'

/** What a run may show. */
export interface LeakLimits {
  /** Intervals before the first measurement that counts: caches fill, pools open, code is compiled. */
  readonly warmUp: number
  /** Most bytes that memory may grow by after that. */
  readonly growthBytes: number
}

/** Of timers, files and listeners, at rest: as many as pools and schedules add, far fewer than the deliveries of an interval. */
const slack = 20

/** Answers of each kind: at least one must be expected, and none may be anything else. A 503 asks the sender to try again. */
const expected: Readonly<Record<Kind, (hasStore: boolean) => { readonly once: RegExp; readonly others: RegExp }>> = {
  valid: () => ({ once: /^20\d (handled|accepted)$/, others: /^503$/ }),
  duplicate: () => ({ once: /^20\d duplicate$/, others: /^(20\d accepted|503)$/ }),
  failing: (hasStore) => ({ once: hasStore ? /^202 accepted$/ : /^500$/, others: /^503$/ }),
  forged: () => ({ once: /^40[01]$/, others: /^$/ }),
  oversized: () => ({ once: /^413$/, others: /^no answer$/ }),
  slow: () => ({ once: /^20\d (handled|accepted)$/, others: /^(408|503)$/ }),
  stalled: () => ({ once: /^408$/, others: /^no answer$/ }),
  aborted: () => ({ once: /^no answer$/, others: /^(20\d (handled|accepted)|503)$/ }),
}

/** What must not be, one line for each; empty for a run without a leak. */
export function findLeaks(report: LeakReport, { warmUp, growthBytes }: LeakLimits): string[] {
  const [first, last] = [report.rests[warmUp]!, report.rests.at(-1)!]
  const growth = last.bytes - first.bytes
  const atRest = [...findMore(first, last)].filter(([, count]) => count > slack)
  return [
    ...(growth > growthBytes
      ? [`memory grew by ${toMegabytes(growth)} MB, at most ${toMegabytes(growthBytes)} MB`]
      : []),
    ...atRest.map(([what, count]) => `${count} more at the end of the traffic, ${what}`),
    ...[...findMore(report.before, report.after)].map(([what, count]) => `${count} left after the stop, ${what}`),
    ...(report.hasEnded ? [] : ['the process did not end by itself']),
    ...(report.errors === '' ? [] : [`the process wrote to stderr: ${report.errors}`]),
    ...findWrongAnswers(report),
  ]
}

function findWrongAnswers({ answers, hasStore }: LeakReport): string[] {
  const wrong: string[] = []
  for (const [mount, ofMount] of answers) {
    for (const kind of kinds) {
      const { once, others } = expected[kind](hasStore)
      const labels = [...(ofMount.get(kind)?.keys() ?? [])]
      if (!labels.some((label) => once.test(label))) wrong.push(`${mount}, ${kind}: never answered ${once.source}`)
      for (const label of labels)
        if (!once.test(label) && !others.test(label)) wrong.push(`${mount}, ${kind}: answered ${label}`)
    }
  }
  return wrong
}

/** The measurements of each store side by side. */
export function toLeakTable(reports: ReadonlyMap<string, LeakReport>, { warmUp }: LeakLimits): string {
  const columns = [...reports.values()]
  const row = (what: string, toCell: (report: LeakReport) => string): string[] => [what, ...columns.map(toCell)]
  const rows = [
    ['', ...reports.keys()],
    row('deliveries', (report) => String(countAnswers(report))),
    ...kinds.map((kind) => row(`  ${kind}`, (report) => String(countAnswers(report, kind)))),
    ['-- MB in use, without garbage', ...columns.map(() => '')],
    ...(columns[0]?.rests ?? []).map((_, at) =>
      row(`  ${at + 1}${at === warmUp ? ', first that counts' : ''}`, ({ rests }) => toMegabytes(rests[at]!.bytes)),
    ),
    row('growth', ({ rests }) => toMegabytes(rests.at(-1)!.bytes - rests[warmUp]!.bytes)),
    row('resident, first that counts', ({ rests }) => toMegabytes(rests[warmUp]!.residentBytes)),
    row('resident, last', ({ rests }) => toMegabytes(rests.at(-1)!.residentBytes)),
    ...(['timers', 'listeners', 'files'] as const).map((what) =>
      row(`${what}: before, first, last, after`, ({ before, rests, after }) =>
        [before, rests[warmUp]!, rests.at(-1)!, after].map((one) => sumOf(one, what)).join(' '),
      ),
    ),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)))
  return rows
    .map((cells) =>
      cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '),
    )
    .map((line) => line.trimEnd())
    .join('\n')
}

const sumOf = (measured: Measurement, what: 'timers' | 'listeners' | 'files'): number =>
  Object.values(measured[what]).reduce((sum, count) => sum + count, 0)

function countAnswers({ answers }: LeakReport, kind?: Kind): number {
  let count = 0
  for (const ofMount of answers.values())
    for (const [one, labels] of ofMount)
      if (kind === undefined || kind === one) count += [...labels.values()].reduce((sum, times) => sum + times, 0)
  return count
}

const toMegabytes = (bytes: number): string => (bytes / 1e6).toFixed(2)
