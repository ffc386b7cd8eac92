import type { Step } from '../step.ts'
import { attempts, failingRuns, type Counts, type SeenEvent } from './protocol.ts'

/** What happened in the inbox's part of the demo. */
export interface InboxFacts {
  /** Statuses that the first two events got. */
  readonly answers: readonly number[]
  /** The event whose handler fails at first, as the inbox lists it afterwards. */
  readonly flaky: SeenEvent | undefined
  /** The event that cannot be handled. */
  readonly poison: SeenEvent | undefined
  /** Events in the burst. */
  readonly burst: number
  /** Of the burst and the two before it, when the server was killed. */
  readonly acknowledgedBefore: number
  /** Dead letters that were replayed. */
  readonly replayed: number
  /** In the end. */
  readonly counts: Counts
  readonly exitCode: number | null
  /** Tries of senders that got no 2xx. */
  readonly failedTries: number
  /** Acknowledged as something that the inbox had already. */
  readonly duplicates: number
  readonly sent: ReadonlySet<string>
  readonly acknowledged: ReadonlySet<string>
  /** How often the handler had its effect for each event. */
  readonly handled: ReadonlyMap<string, number>
}

/** The final count of events. */
export interface InboxCount {
  readonly sent: number
  readonly acknowledged: number
  readonly handled: number
  /** Acknowledged, and never handled. */
  readonly lost: number
  readonly duplicates: number
  /** Handled more often than once, which is allowed. */
  readonly handledAgain: number
}

/** What happened, judged. */
export interface InboxReport {
  readonly steps: readonly Step[]
  readonly count: InboxCount
  readonly isRight: boolean
}

/** Holds what happened against what an inbox promises. */
export function judgeInbox(facts: InboxFacts): InboxReport {
  const { answers, flaky, poison, burst, acknowledgedBefore, replayed, counts, exitCode, handled } = facts
  const timesOf = (name: string): number => handled.get(name) ?? 0
  const beforeBurst = answers.length
  const runs = failingRuns + 1
  const steps: Step[] = [
    {
      name: `an event whose handler fails in ${failingRuns} runs`,
      result: `${answers[0]}, then ${flaky?.state} after ${flaky?.runs} runs`,
      isRight: answers[0] === 202 && flaky?.state === 'done' && flaky.runs === runs && timesOf('flaky') === 1,
    },
    {
      name: 'an event that the handler cannot handle',
      result: `${answers[1]}, then ${poison?.state} after ${poison?.runs} runs: ${poison?.error}`,
      isRight: answers[1] === 202 && poison?.state === 'dead' && poison.runs === attempts,
    },
    {
      name: `${burst} events at once, and kill -9 in the middle`,
      result: `killed after ${acknowledgedBefore - beforeBurst} were acknowledged; ${facts.failedTries} tries got no answer`,
      isRight: acknowledgedBefore > beforeBurst && acknowledgedBefore < burst + beforeBurst && facts.failedTries > 0,
    },
    {
      name: 'the handler mended, the dead letter replayed',
      result: `${replayed} replayed, ${timesOf('poison') > 0 ? 'then handled' : 'never handled'}`,
      isRight: replayed === 1 && timesOf('poison') > 0,
    },
    {
      name: 'an orderly end',
      result: `exit code ${exitCode}; ${counts.done} done, ${counts.pending + counts.active} waiting, ${counts.dead} dead`,
      isRight: exitCode === 0 && counts.pending + counts.active + counts.dead === 0,
    },
  ]
  const count = countEvents(facts)
  const isComplete = count.sent === burst + beforeBurst && count.acknowledged === count.sent && count.lost === 0
  return { steps, count, isRight: isComplete && steps.every(({ isRight }) => isRight) }
}

function countEvents({ sent, acknowledged, handled, duplicates }: InboxFacts): InboxCount {
  const promised = [...acknowledged]
  return {
    sent: sent.size,
    acknowledged: acknowledged.size,
    handled: handled.size,
    lost: promised.filter((name) => !handled.has(name)).length,
    duplicates,
    handledAgain: [...handled.values()].filter((times) => times > 1).length,
  }
}
