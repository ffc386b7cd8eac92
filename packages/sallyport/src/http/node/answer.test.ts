import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { discardRest } from './answer.ts'

const upload = (): IncomingMessage => new Readable({ read() {} }) as IncomingMessage

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

describe('discardRest', () => {
  it('closes an upload five seconds after its answer', () => {
    const request = upload()
    discardRest(request)
    vi.advanceTimersByTime(4_999)
    expect(request.destroyed).toBe(false)
    vi.advanceTimersByTime(1)
    expect(request.destroyed).toBe(true)
  })

  it('leaves an upload alone that ends in time', async () => {
    const request = upload()
    discardRest(request)
    request.push('rest')
    request.push(null)
    await new Promise((resolve) => request.once('end', resolve))
    expect(vi.getTimerCount()).toBe(0)
  })

  it('forgets an upload that its sender aborts', async () => {
    const request = upload()
    discardRest(request)
    request.destroy(new Error('aborted'))
    await new Promise((resolve) => request.once('close', resolve))
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does nothing for a finished request', async () => {
    const [ended, destroyed] = [upload(), upload()]
    ended.push(null)
    ended.resume()
    await new Promise((resolve) => ended.once('end', resolve))
    destroyed.destroy()
    discardRest(ended)
    discardRest(destroyed)
    expect(vi.getTimerCount()).toBe(0)
  })
})
