import type { InboxStats, MinuteCount, StoreSpace } from '../../inbox/engine.ts'
import { InboxError, withTimeout } from '../../inbox/inbox-error.ts'
import type { WatchRules } from '../rules.ts'
import type { WatchedInbox } from '../watched.ts'

/** What one inbox answered; a member is missing where no rule asks for it. */
export interface InboxReading {
  readonly inbox: WatchedInbox
  readonly stats?: InboxStats | undefined
  readonly spaces?: readonly StoreSpace[] | undefined
  readonly minutes?: readonly MinuteCount[] | undefined
  /** Why it did not answer. */
  readonly failure?: string | undefined
}

/** How an inbox is asked. */
export interface AskOptions {
  readonly timeoutMs: number
  /** From when on the minutes are read. */
  readonly since: number
  /** Gets what is no failure of the store: a rule that cannot work with it. */
  readonly onRuleFailed: (rule: string, error: unknown) => void
}

/** Asks an inbox what the rules need. Never rejects. */
export async function readInbox(
  inbox: WatchedInbox,
  rules: WatchRules,
  { timeoutMs, since, onRuleFailed }: AskOptions,
): Promise<InboxReading> {
  const ask = <Answer>(work: () => Promise<Answer>): Promise<Answer> => withTimeout(work(), timeoutMs)
  const needsMinutes = rules.silentForMs !== undefined || isAsked(rules.silentAgainstPast)

  async function readSpaces(): Promise<readonly StoreSpace[] | undefined> {
    if (rules.spaceBelow === undefined || inbox.spaces === undefined) return undefined
    try {
      return await ask(() => inbox.spaces!())
    } catch (error) {
      if (!InboxError.is(error) || error.code !== 'INBOX_UNSUPPORTED') throw error
      onRuleFailed('spaceBelow', error)
      return undefined
    }
  }

  try {
    // Always, so that a store that is gone shows.
    const stats = await ask(() => inbox.stats())
    const spaces = await readSpaces()
    const minutes = needsMinutes ? await ask(() => inbox.minutes({ since })) : undefined
    return { inbox, stats, spaces, minutes }
  } catch (error) {
    return { inbox, failure: InboxError.is(error) ? error.code : 'an unknown error' }
  }
}

export const isAsked = (rule: WatchRules['silentAgainstPast']): boolean =>
  rule === true || (Array.isArray(rule) && rule.length > 0)
