import { toCounted, toDuration, toPercent } from '../alert.ts'
import type { WatchRules } from '../rules.ts'
import type { Condition, Finding } from '../state.ts'
import type { InboxReading } from './inbox.ts'

/** Judges what an inbox answered. */
export function judgeInbox(reading: InboxReading, rules: WatchRules): Finding[] {
  const { inbox, stats, spaces } = reading
  const { oldestWaitingMs, deadLettersAbove, spaceBelow } = rules
  const subject = inbox.name
  const findings: Finding[] = []

  if (oldestWaitingMs !== undefined) {
    const value = stats?.oldestPendingMs ?? 0
    findings.push({
      scope: `oldest-waiting@${subject}`,
      conditions: stats && [
        {
          rule: 'oldest-waiting',
          subject,
          value,
          limit: oldestWaitingMs,
          stand: value > oldestWaitingMs ? 'over' : value <= oldestWaitingMs / 2 ? 'under' : 'between',
          text: `${subject}: the oldest event has been waiting for ${toDuration(value)}`,
        },
      ],
    })
  }

  if (deadLettersAbove !== undefined) {
    const value = stats?.counts.dead ?? 0
    findings.push({
      scope: `dead-letters@${subject}`,
      conditions: stats && [
        {
          rule: 'dead-letters',
          subject,
          value,
          limit: deadLettersAbove,
          stand: value > deadLettersAbove ? 'over' : 'under',
          text: `${subject}: ${toCounted(value, 'dead event')}; replay or discard them`,
        },
      ],
    })
  }

  if (spaceBelow !== undefined && inbox.spaces !== undefined)
    findings.push({
      scope: `space@${subject}`,
      conditions: spaces?.map(({ of, freeBytes, totalBytes }): Condition => {
        const value = spaceBelow < 1 ? freeBytes / totalBytes : freeBytes
        const where = of === 'disk' ? 'the disk' : 'the store'
        return {
          rule: 'space',
          subject: `${subject}, ${of}`,
          value,
          limit: spaceBelow,
          stand: value < spaceBelow ? 'over' : value >= spaceBelow * 1.2 ? 'under' : 'between',
          text: `${subject}: ${where} has ${toPercent(freeBytes / totalBytes)} left, ${toMegabytes(freeBytes)}`,
        }
      }),
    })
  return findings
}

/** Whether a store answers. An inbox that answered before and is stopped now says nothing about its store: the process ends. */
export function judgeStore({ inbox, failure }: InboxReading, hasAnswered: boolean): Finding {
  return {
    scope: `store@${inbox.name}`,
    conditions:
      failure === 'INBOX_STOPPED' && hasAnswered
        ? undefined
        : [
            {
              rule: 'store',
              subject: inbox.name,
              value: failure === undefined ? 0 : 1,
              limit: 0,
              stand: failure === undefined ? 'under' : 'over',
              text: `${inbox.name}: the store does not answer: ${failure ?? 'it does again'}`,
            },
          ],
  }
}

const toMegabytes = (bytes: number): string => `${Math.floor(bytes / 1e6).toLocaleString('en')} MB`
