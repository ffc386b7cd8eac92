import { describe, expect, it } from 'vitest'
import { newEvent } from '../../../../../test/support/inbox/new-event.ts'
import { toRow, toRows } from './rows.ts'

const eventOf = (body: Uint8Array) => newEvent('key', { body })

describe('toRows', () => {
  it('copies small bodies at once', () => {
    const body = Buffer.from('{}')
    const rows = toRows([eventOf(body)]) as ReturnType<typeof toRow>[]
    expect(rows).toEqual([toRow(eventOf(body))])
    expect(rows[0]!.body.buffer).not.toBe(body.buffer)
  })

  it('copies a large body in steps, with the rest of its batch', async () => {
    const large = Buffer.alloc(9_000_001, 'abc')
    const rows = toRows([eventOf(Buffer.from('{}')), eventOf(large)])
    expect(rows).toBeInstanceOf(Promise)
    const [small, copied] = await rows
    expect(small!.body).toEqual(new Uint8Array(Buffer.from('{}')))
    expect(Buffer.compare(copied!.body, large)).toBe(0)
    expect(copied!.body.buffer.byteLength).toBe(large.length)
  })
})
