import { fixtures } from 'sallyport/testing'
import { createId } from '../identifiers.ts'

/**
 * Creates a realistic body for an event type. Every id in it is new, and so is the event's: receivers drop events that they
 * have seen.
 */
export function createExample(eventType: string, now: number): Readonly<Record<string, unknown>> {
  const fixture = fixtures['sonzai']?.[eventType]?.({ now: new Date(now), id: '', type: eventType })
  const members = Object.entries(fixture ?? {}).map(([name, value]) => [name, renewIds(value)] as const)
  return { ...Object.fromEntries(members), event_id: createId('evt') }
}

function renewIds(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).map(([name, member]) => {
    const isId = (name === 'id' || name === 'wakeup_id') && typeof member === 'string'
    // The prefix before `_` names the kind of id.
    return [name, isId ? createId(member.split('_')[0]!) : (member as unknown)] as const
  })
  return Object.fromEntries(entries)
}
