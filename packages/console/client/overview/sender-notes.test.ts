import { describe, expect, it } from 'vitest'
import { toSenderNotes } from './sender-notes.ts'

const sender = { provider: 'stripe', stored: 5, handled: 5, retried: 0, dead: 0, refused: 0 }
const silent = [{ provider: 'stripe', lastAt: 0, forMs: 1, usualPerHour: 40 }]
const texts = (notes: ReturnType<typeof toSenderNotes>): string[] => notes.map(({ text }) => text)

describe('toSenderNotes', () => {
  it('says that a sender is fine', () => {
    expect(toSenderNotes(sender, [])).toEqual([
      { tone: 'good', text: 'fine', page: 'events', query: { provider: 'stripe' } },
    ])
  })

  it('says the worst two', () => {
    expect(texts(toSenderNotes({ ...sender, dead: 1_000, refused: 3, retried: 9 }, silent))).toEqual([
      '1,000 dead',
      'silent',
    ])
  })

  it('leads to the events behind each', () => {
    expect(toSenderNotes({ ...sender, refused: 3, retried: 9 }, [])).toMatchObject([
      { page: 'refused', query: { provider: 'stripe' } },
      { page: 'events', query: { provider: 'stripe', state: 'retrying' } },
    ])
  })
})
