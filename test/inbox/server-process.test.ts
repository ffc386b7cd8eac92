import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Death } from '../support/crash/dying-server.ts'
import {
  ServerGoneError,
  startServer,
  unlessGone,
  untilIdle,
  type ServerProcess,
} from '../support/crash/server-process.ts'

const program = fileURLToPath(new URL('../support/crash/dying-server.ts', import.meta.url))

function start(dieAs: Death): Promise<ServerProcess> {
  const options = { engine: { path: '' }, journal: '', dieAs }
  return startServer(options, { program })
}

const deaths = ['between question and answer', 'after its answer', 'with its channel closed long before'] as const

describe('a server process that dies', () => {
  it.each(deaths)('%s: unlessGone answers false, and throws nothing', async (dieAs) => {
    const server = await start(dieAs)
    expect(await unlessGone(server, () => untilIdle(server))).toBe(false)
    expect(await server.gone).toBe('SIGKILL')
  })

  it.each(deaths)('%s: rejects a question only after it is gone', async (dieAs) => {
    const server = await start(dieAs)
    const order: string[] = []
    void server.gone.then(() => order.push('gone'))
    await expect(untilIdle(server)).rejects.toThrow(ServerGoneError)
    order.push('rejected')
    expect(order).toEqual(['gone', 'rejected'])
    await expect(server.ask({ do: 'stats' })).rejects.toThrow(ServerGoneError)
  })

  it('delivers the answer written just before the end', async () => {
    const server = await start('after its answer')
    expect(await server.ask({ do: 'stats' })).toEqual({ counts: { pending: 1, active: 0 } })
    await server.gone
  })

  it('says that it ended before it listened, and by what', async () => {
    const started = start('before it listens')
    await expect(started).rejects.toThrow(ServerGoneError)
    await expect(started).rejects.toMatchObject({ signal: 'SIGKILL' })
  })
})

describe('unlessGone', () => {
  it('returns true for done work, throws errors of a live server', async () => {
    const server = await start('between question and answer')
    expect(await unlessGone(server, async () => {})).toBe(true)
    await expect(unlessGone(server, () => Promise.reject(new Error('answered 500')))).rejects.toThrow('answered 500')
    await server.kill()
  })
})
