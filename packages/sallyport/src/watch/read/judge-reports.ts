import { toCounted, toDuration, toPercent } from '../alert.ts'
import type { WatchRules } from '../rules.ts'
import type { Condition, Finding, LocalReport } from '../state.ts'

const day = 86_400_000

type Reports = readonly LocalReport[]

/** Judges what every process found at its receivers: failures add up, the fullest guard and the first secret to end count. */
export function judgeReports(reports: Reports, rules: WatchRules, now: number): Finding[] {
  const { signatureFailures, replayGuardAbove, secretEndsWithinDays } = rules
  return [
    ...(signatureFailures === undefined ? [] : [judgeFailures(reports, signatureFailures)]),
    ...(replayGuardAbove === undefined ? [] : [judgeGuards(reports, replayGuardAbove)]),
    ...(secretEndsWithinDays === undefined ? [] : [judgeSecrets(reports, secretEndsWithinDays, now)]),
  ]
}

function judgeFailures(reports: Reports, { above, withinMs }: NonNullable<WatchRules['signatureFailures']>): Finding {
  const sums = merge(reports, 'failures', (one, other) => one + other)
  return {
    scope: 'signature-failures',
    conditions: sums.map(([subject, value]) => ({
      rule: 'signature-failures',
      subject,
      value,
      limit: above,
      stand: value > above ? 'over' : value <= above / 2 ? 'under' : 'between',
      text: `${subject}: ${toCounted(value, 'delivery').replace(/deliverys$/, 'deliveries')} not proven within ${toDuration(withinMs)}`,
    })),
  }
}

function judgeGuards(reports: Reports, above: number): Finding {
  const unknown = new Set(reports.flatMap(({ unknownGuards = [] }) => unknownGuards))
  // One that does not answer may be as full as it was.
  const shares = new Map([...unknown].map((name) => [name, 0]))
  for (const [name, share] of merge(reports, 'guards', Math.max)) shares.set(name, share)
  return {
    scope: 'replay-guard',
    conditions: [...shares].map(([subject, value]): Condition => {
      const isBack = value < above * 0.9 && !unknown.has(subject)
      return {
        rule: 'replay-guard',
        subject,
        value,
        limit: above,
        stand: value >= above ? 'over' : isBack ? 'under' : 'between',
        text: `${subject}: the replay guard is ${toPercent(value)} full`,
      }
    }),
  }
}

function judgeSecrets(reports: Reports, days: number, now: number): Finding {
  const ends = merge(reports, 'ends', Math.min)
  return {
    scope: 'secret-ends',
    conditions: ends.map(([subject, end]): Condition => {
      const value = end - now
      const when = value > 0 ? `ends in ${toDuration(value)}` : `ended ${toDuration(-value)} ago`
      return {
        rule: 'secret-ends',
        subject,
        value,
        limit: days * day,
        stand: value <= days * day ? 'over' : 'under',
        text: `${subject}: the last secret ${when}, at ${new Date(end).toISOString()}`,
      }
    }),
  }
}

function merge(
  reports: Reports,
  member: 'failures' | 'guards' | 'ends',
  join: (one: number, other: number) => number,
): [name: string, value: number][] {
  const merged = new Map<string, number>()
  for (const report of reports)
    for (const [name, value] of Object.entries(report[member])) {
      const known = merged.get(name)
      merged.set(name, known === undefined ? value : join(known, value))
    }
  return [...merged]
}
