import type { PendingNotice } from './state.ts'

/** Who takes notices, and until when. */
export interface Hold {
  readonly holder: string
  readonly now: number
  readonly holdMs: number
}

/**
 * Takes the notices that no other process is sending. A notice waits for those before it about the same thing, so that nobody
 * reads that an alert is cleared before it is raised.
 */
export function takeNotices(
  notices: readonly PendingNotice[],
  { holder, now, holdMs }: Hold,
): readonly PendingNotice[] {
  const waiting = new Set<string>()
  return notices.map((notice) => {
    // Held for longer than anyone holds: by a clock that was ahead.
    const isLapsed = notice.heldUntil <= now || notice.heldUntil > now + 2 * holdMs
    const isFree = notice.holder === holder || notice.holder === '' || isLapsed
    if (!isFree || waiting.has(lineOf(notice))) {
      waiting.add(lineOf(notice))
      return notice.holder === holder ? { ...notice, holder: '' } : notice
    }
    return { ...notice, holder, heldUntil: now + holdMs }
  })
}

const lineOf = ({ alert }: PendingNotice): string => JSON.stringify([alert.rule, alert.subject])

/** What became of the notices that this process sent, by their id: the channels that did not get them. */
export type SendResult = ReadonlyMap<string, readonly string[]>

/** Forgets what was sent, and gives the rest back. */
export function settleNotices(
  notices: readonly PendingNotice[],
  holder: string,
  result: SendResult,
): readonly PendingNotice[] {
  return notices.flatMap((notice) => {
    const unsent = result.get(notice.id)
    // Another process took it meanwhile, or it was not tried.
    if (unsent === undefined) return notice.holder === holder ? [{ ...notice, holder: '' }] : [notice]
    return unsent.length === 0 ? [] : [{ ...notice, unsent, holder: '' }]
  })
}
