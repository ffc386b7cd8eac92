import { describe, expect, it } from 'vitest'
import type { Exchange } from '../exchange.ts'
import { createJournal } from './journal.ts'

const exchange = (url: string, bytes: number): Exchange => ({
  receivedAt: 0,
  method: 'POST',
  url,
  rawHeaders: [],
  remoteAddress: undefined,
  secure: false,
  provider: undefined,
  isResent: false,
  body: new Uint8Array(bytes),
})

describe('createJournal', () => {
  it('keeps the last entries, newest first', () => {
    const journal = createJournal({ entries: 2, bytes: 100 })
    for (const url of ['/1', '/2', '/3']) journal.add(exchange(url, 1))
    expect(journal.entries.map(({ url }) => url)).toEqual(['/3', '/2'])
  })

  it('forgets the oldest bodies beyond its bytes', () => {
    const journal = createJournal({ entries: 10, bytes: 100 })
    for (const url of ['/1', '/2', '/3']) journal.add(exchange(url, 40))
    expect(journal.entries.map(({ body }) => body?.byteLength)).toEqual([40, 40, undefined])
    journal.add(exchange('/4', 1000))
    expect(journal.entries.map(({ body }) => body?.byteLength)).toEqual([undefined, undefined, undefined, undefined])
  })
})
