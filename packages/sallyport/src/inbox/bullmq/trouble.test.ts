import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { watchTrouble } from './trouble.ts'

function watch() {
  const client = new EventEmitter()
  const clock = { now: 0 }
  const trouble = watchTrouble(client, () => clock.now)
  return { client, clock, trouble }
}

describe('watchTrouble', () => {
  it('lasts while the connection is down', () => {
    const { client, clock, trouble } = watch()
    expect(trouble.lastsMs()).toBeUndefined()
    client.emit('close')
    clock.now = 7_000
    client.emit('close')
    expect(trouble.lastsMs()).toBe(7_000)
    client.emit('ready')
    expect(trouble.lastsMs()).toBeUndefined()
  })

  it('lasts while errors follow each other', () => {
    const { clock, trouble } = watch()
    for (const now of [0, 4_000, 8_000]) {
      clock.now = now
      trouble.note()
    }
    expect(trouble.lastsMs()).toBe(8_000)
    clock.now = 14_000
    expect(trouble.lastsMs()).toBeUndefined()
    trouble.note()
    expect(trouble.lastsMs()).toBe(0)
  })
})
