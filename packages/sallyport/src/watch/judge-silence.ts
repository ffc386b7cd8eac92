import { toDuration } from './alert.ts'
import { isAhead, type Past } from './past.ts'
import { isAsked } from './read/inbox.ts'
import type { WatchRules } from './rules.ts'
import { isSilent, pastMinutes } from './silence.ts'
import { findAlert, type Condition, type Finding, type WatchState } from './state.ts'

const minuteMs = 60_000

/** What silence is judged by. */
export interface SilenceInput {
  readonly past: Past
  readonly state: WatchState
  readonly now: number
  /** `false` while an inbox does not answer: nothing is known then. */
  readonly isKnown: boolean
}

/** Judges who sent nothing. */
export function judgeSilence(rules: WatchRules, input: SilenceInput): Finding[] {
  const { silentForMs, silentAgainstPast } = rules
  return [
    ...(silentForMs === undefined ? [] : [judgeFixed(silentForMs, input)]),
    ...(silentAgainstPast !== undefined && isAsked(silentAgainstPast) ? [judgePast(silentAgainstPast, input)] : []),
  ]
}

/** When providers sent their last event, as far as it is known, from before and from now. */
export function mergeLastAt({
  past,
  state,
  now,
}: Pick<SilenceInput, 'past' | 'state' | 'now'>): Record<string, number> {
  const known = Object.entries(state.lastAt).filter(([, at]) => !isAhead(at, now))
  const lastAt: Record<string, number> = Object.fromEntries(known)
  for (const provider of past.providers()) {
    const minute = past.arrivals(provider).minutes.at(-1)
    if (minute !== undefined) lastAt[provider] = Math.max(minute * minuteMs, lastAt[provider] ?? 0)
  }
  return lastAt
}

/** Adds to the past what other processes found: only its own process counts what a receiver without an inbox gets. */
export function noteOthers({ past, state, now }: Pick<SilenceInput, 'past' | 'state' | 'now'>): void {
  for (const [provider, at] of Object.entries(state.lastAt))
    if (!isAhead(at, now) && at > now - pastMinutes * minuteMs) past.note(provider, at)
}

function judgeFixed(silentForMs: Readonly<Record<string, number>>, input: SilenceInput): Finding {
  const { now, state, isKnown } = input
  const lastAt = mergeLastAt(input)
  return {
    scope: 'silent',
    conditions: isKnown
      ? Object.entries(silentForMs).map(([subject, limit]): Condition => {
          // A minute is over when it is counted.
          const value = now - Math.max(state.since, (lastAt[subject] ?? -Infinity) + minuteMs)
          return {
            rule: 'silent',
            subject,
            value,
            limit,
            stand: value > limit ? 'over' : 'under',
            text: `${subject}: no event for ${toDuration(value)}`,
          }
        })
      : undefined,
  }
}

function judgePast(wanted: NonNullable<WatchRules['silentAgainstPast']>, input: SilenceInput): Finding {
  const { past, state, now, isKnown } = input
  if (!isKnown) return { scope: 'silent-against-past', conditions: undefined }
  const lastAt = mergeLastAt(input)
  const names = Array.isArray(wanted) ? (wanted as readonly string[]) : Object.keys(lastAt)
  return {
    scope: 'silent-against-past',
    conditions: names.map((subject): Condition => {
      const last = lastAt[subject] ?? now
      const value = now - last
      const raised = findAlert(state, 'silent-against-past', subject)
      // Once raised, only an event ends it: in a night that follows, a silence is no longer unusual.
      const mark = raised === undefined ? undefined : raised.raisedAt - raised.value
      const stand =
        mark === undefined ? (isSilent(past.arrivals(subject), now) ? 'over' : 'under') : last > mark ? 'under' : 'over'
      return {
        rule: 'silent-against-past',
        subject,
        value,
        limit: 0,
        stand,
        text: `${subject}: no event for ${toDuration(value)}, which is unusual at this time`,
      }
    }),
  }
}
