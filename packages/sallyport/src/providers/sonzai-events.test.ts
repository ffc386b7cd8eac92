import { fixtures } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { sonzaiEvents } from './sonzai-events.ts'

/** The event types that the documents and the public SDKs name (OpenAPI snapshots of July 2026). */
const named = `
  agent.message agent.mood_change agent.memory_added agent.breakthrough agent.wakeup agent.consolidation
  agent.created agent.message.created session.end memory.created on_wakeup_ready on_recurring_event_due
  on_diary_generated on_personality_updated on_mood_updated on_breakthrough_detected conversation.started
  conversation.message conversation.takeover.started conversation.takeover.released conversation.message.failed
  conversation.unrouted builtin_agent.completed lead.enriched lead.created lead.updated lead.stage_changed
  catalog.booking.requested inventory.updated price.changed message.received outcome.recorded
`
  .trim()
  .split(/\s+/)

const envelope = { agent_id: 'agent_luna', user_id: 'user-123', project_id: 'proj_1' }
const wakeup = {
  wakeup_id: 'wk_42',
  agent_id: 'agent_luna',
  user_id: 'user-123',
  check_type: 'birthday',
  intent: 'greet',
  scheduled_at: '2026-04-05T09:00:00Z',
  status: 'executed',
  occasion: 'their 30th birthday',
  interest_topic: 'gardens',
  event_description: 'A party in the evening.',
  last_topic: 'cake',
  research_summary: 'Nothing new.',
  created_at: '2026-04-01T09:00:00Z',
  executed_at: '2026-04-05T09:00:02Z',
}

/** A body of each declared type with every member that its schema knows, and those of its fixture. */
function fullBody(type: string): Record<string, unknown> {
  const fixture = fixtures['sonzai']?.[type]?.({ now: new Date(0), id: 'evt', type }) as Record<string, unknown>
  const known = (sonzaiEvents as Record<string, z.ZodObject>)[type]!.shape
  return { ...fixture, ...envelope, ...('wakeup' in known ? { wakeup } : undefined) }
}

/** Every body that lacks one member at any depth, or has null for it. */
function* damaged(value: Readonly<Record<string, unknown>>): Generator<[place: string, body: Record<string, unknown>]> {
  for (const [name, member] of Object.entries(value)) {
    const { [name]: _, ...rest } = value
    yield [`without ${name}`, rest]
    yield [`${name}: null`, { ...value, [name]: null }]
    if (typeof member !== 'object' || member === null || Array.isArray(member)) continue
    for (const [place, inner] of damaged(member as Record<string, unknown>)) {
      yield [`${name}: ${place}`, { ...value, [name]: inner }]
    }
  }
}

describe('sonzaiEvents', () => {
  const schemas = Object.entries(sonzaiEvents as Record<string, z.ZodObject>)

  it('declares every type that the documents name', () => {
    expect(Object.keys(sonzaiEvents).toSorted()).toEqual(named.toSorted())
    expect(Object.keys(fixtures['sonzai']!).toSorted()).toEqual(named.toSorted())
  })

  it.each(schemas)('%s accepts null for, and lacks, any member', (type, schema) => {
    const body = fullBody(type)
    const refused = [...damaged(body)].filter(([, one]) => !schema.safeParse(one).success).map(([place]) => place)
    expect(refused).toEqual(['without event_type', 'event_type: null'])
    expect(schema.parse({ ...body, new_member: [1] })).toEqual({ ...body, new_member: [1] })
  })

  it.each(schemas)('%s rejects another type where one is evident', (type, schema) => {
    const body = fullBody(type)
    for (const name of Object.keys(envelope)) {
      for (const value of [7, true, ['a'], { id: 'a' }]) {
        expect(schema.safeParse({ ...body, [name]: value }).success).toBe(false)
      }
    }
  })

  it.each(['on_wakeup_ready', 'agent.wakeup'] as const)('%s types its wakeup', (type) => {
    const body = fullBody(type)
    const accepts = (members: object) =>
      sonzaiEvents[type].safeParse({ ...body, wakeup: { ...wakeup, ...members } }).success
    for (const name of Object.keys(wakeup)) {
      for (const value of [true, ['a'], { id: 'a' }]) expect(accepts({ [name]: value })).toBe(false)
      // An id may be a number; its digits are read where it is used.
      expect(accepts({ [name]: 7 })).toBe(name === 'wakeup_id')
    }
    for (const value of ['wk_42', 7, ['wk_42']]) {
      expect(sonzaiEvents[type].safeParse({ ...body, wakeup: value }).success).toBe(false)
    }
    expect(sonzaiEvents[type].parse(body).wakeup?.interest_topic).toBe('gardens')
  })

  it('types the rest of on_wakeup_ready', () => {
    const body = fullBody('on_wakeup_ready')
    for (const wrong of [
      { has_energy: 'yes' },
      { has_energy: 1 },
      { generated_message: 7 },
      { generated_message: [] },
    ]) {
      expect(sonzaiEvents.on_wakeup_ready.safeParse({ ...body, ...wrong }).success).toBe(false)
    }
    for (const memory_context of ['text', 7, [], { facts: [] }]) {
      expect(sonzaiEvents.on_wakeup_ready.safeParse({ ...body, memory_context }).success).toBe(true)
    }
  })
})
