import type { ChaosReport } from './chaos.ts'

type Numbers = readonly (readonly [what: string, count: (report: ChaosReport) => number])[]

const counts: Numbers = [
  ['events sent', ({ sent }) => sent.events],
  ['acknowledged', ({ sent }) => sent.acknowledged.size],
  ['handled', ({ handled }) => handled],
  ['handled again', ({ handledAgain }) => handledAgain],
  ['dead, rejected by the handler', ({ rejected }) => rejected],
  ['sent again once acknowledged', ({ sent }) => sent.repeated],
  ['forged', ({ sent }) => sent.forged],
  ['answered 503', ({ sent }) => sent.unavailable],
  ['not answered', ({ sent }) => sent.unanswered],
]

const mustBeNone: Numbers = [
  ['lost', ({ lost }) => lost],
  ['stuck', ({ stuck }) => stuck],
  ['dead otherwise', ({ deadOtherwise }) => deadOtherwise],
  ['accepted twice', ({ sent }) => sent.acceptedTwice],
  ['forged, answered 2xx', ({ sent }) => sent.forgedAccepted],
  ['forged, stored or handled', ({ forgedHandled }) => forgedHandled],
  ['honest, answered otherwise', ({ sent }) => sent.turnedAway],
  ['never acknowledged', ({ sent }) => sent.givenUp],
  ['processes that ended by themselves', ({ mishaps }) => mishaps.ended],
  ['processes that did not stop', ({ mishaps }) => mishaps.endless],
]

/** What must not have happened, and did: one line for each. */
export function findBroken(report: ChaosReport): string[] {
  return mustBeNone.flatMap(([what, count]) => (count(report) === 0 ? [] : [`${what}: ${count(report)}`]))
}

/** The counts of each engine side by side. */
export function toChaosTable(reports: ReadonlyMap<string, ChaosReport>): string {
  const columns = [...reports.values()]
  const toRows = (numbers: Numbers): string[][] =>
    numbers.map(([what, count]) => [what, ...columns.map((report) => String(count(report)))])
  const faultNames = [...new Set(columns.flatMap(({ faults }) => [...faults.keys()]))].toSorted()
  const rows = [
    ['', ...reports.keys()],
    ...toRows(counts),
    ['-- must be 0', ...columns.map(() => '')],
    ...toRows(mustBeNone),
    ['-- faults', ...columns.map(({ faults }) => String([...faults.values()].reduce((sum, count) => sum + count, 0)))],
    ...faultNames.map((name) => [name, ...columns.map(({ faults }) => String(faults.get(name) ?? 0))]),
    ['-- seconds to settle', ...columns.map(({ settledMs }) => (settledMs / 1_000).toFixed(1))],
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) => row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '))
    .map((line) => line.trimEnd())
    .join('\n')
}
