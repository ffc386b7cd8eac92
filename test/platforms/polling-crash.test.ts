import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInbox } from 'sallyport/inbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startProgram, type Program } from '../support/examples/program.ts'
import { serveNotifications, wakeup } from '../support/platforms/notification-service.ts'

let folder: string
let log: string
const programs = new Set<Program>()

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-polling-'))
  log = join(folder, 'handled.log')
})
afterEach(async () => {
  for (const program of programs) await program.end('SIGKILL')
  programs.clear()
  rmSync(folder, { recursive: true })
})

function start(...parameters: readonly string[]): Program {
  const program = startProgram(
    join(import.meta.dirname, '..', 'support', 'platforms', 'polling-process.ts'),
    parameters,
  )
  programs.add(program)
  return program
}

const handled = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [])

async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('pollNotifications in a process that is killed', () => {
  it.each([
    ['without an inbox, handles again what it had not consumed', false],
    ['with an inbox, keeps nothing twice', true],
  ])('handles once after a kill between handling and consuming, %s', async (_name, hasInbox) => {
    const service = await serveNotifications(wakeup(1), wakeup(2), wakeup(3))
    const consuming = Promise.withResolvers<void>()
    // Consuming the second never comes to an end: it is the moment the process dies in.
    service.intercept = ({ url }) => {
      if (!url.endsWith('/n2/consume')) return undefined
      consuming.resolve()
      return new Promise(() => {})
    }
    const parameters = [service.url, log, ...(hasInbox ? [join(folder, 'events.db')] : [])]
    const first = start(...parameters)
    await consuming.promise
    await until(() => handled().includes('n2'))
    await first.end('SIGKILL')
    expect(service.consumed).toEqual(['n1'])

    service.intercept = () => undefined
    const second = start(...parameters)
    await until(() => service.pending.length === 0 && handled().includes('n3'))
    expect(service.consumed).toEqual(['n1', 'n2', 'n3'])
    expect(new Set(handled())).toEqual(new Set(['n1', 'n2', 'n3']))
    if (!hasInbox) return expect(handled()).toEqual(['n1', 'n2', 'n2', 'n3'])
    await second.end('SIGKILL')
    const inbox = createInbox(parameters[2]!)
    const { counts } = await inbox.stats()
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(3)
    await inbox.stop()
  })

  it('handles again after a kill while handling', async () => {
    const service = await serveNotifications(wakeup(1))
    let looks = 0
    const looked = Promise.withResolvers<void>()
    // Dies with the list in its hands, before the handler.
    service.intercept = ({ method }) => {
      if (method !== 'GET' || ++looks > 1) return undefined
      looked.resolve()
      return new Promise(() => {})
    }
    const first = start(service.url, log)
    await looked.promise
    await first.end('SIGKILL')
    expect([handled(), service.consumed]).toEqual([[], []])
    start(service.url, log)
    await until(() => service.pending.length === 0)
    expect(handled()).toEqual(['n1'])
  })
})
