import type { Overview } from '../../src/api.ts'
import { toCount } from '../format.ts'
import type { PageName, Query } from '../route.ts'

export interface SenderNote {
  readonly tone: 'good' | 'warn' | 'bad'
  readonly text: string
  readonly page: PageName
  readonly query: Query
}

/** What is wrong with a sender, worst first: at most two notes, or that it is fine. */
export function toSenderNotes(sender: Overview['senders'][number], silent: Overview['silent']): readonly SenderNote[] {
  const { provider, dead, retried, refused } = sender
  const notes: SenderNote[] = []
  const note = (tone: SenderNote['tone'], text: string, page: PageName, query: Query = {}): void =>
    void notes.push({ tone, text, page, query: { ...query, provider } })
  if (dead > 0) note('bad', `${toCount(dead)} dead`, 'events', { state: 'dead' })
  if (silent.some((one) => one.provider === provider)) note('warn', 'silent', 'events')
  if (refused > 0) note('warn', `${toCount(refused)} refused`, 'refused')
  if (retried > 0) note('warn', `${toCount(retried)} retried`, 'events', { state: 'retrying' })
  if (notes.length === 0) note('good', 'fine', 'events')
  return notes.slice(0, 2)
}
