import { fixtures } from 'sallyport/testing'
import { createId } from '../identifiers.ts'

/**
 * A realistic body of an event type, as of something that has just happened: real events differ in what they are about, and
 * receivers drop what they have seen. So every id in it is a new one, and the event has one too.
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
    // What stands before `_` says what kind of thing it names.
    return [name, isId ? createId(member.split('_')[0]!) : (member as unknown)] as const
  })
  return Object.fromEntries(entries)
}
