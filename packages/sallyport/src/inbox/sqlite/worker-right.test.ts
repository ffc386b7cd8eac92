import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createProcessLock } from './process-lock.ts'
import { migrate } from './migrate.ts'
import { createStatements } from './statements.ts'
import { createWorkerRight, type WorkerRight } from './worker-right.ts'

let folder: string
let path: string
let database: DatabaseSync
let now: number
let ends: (() => void)[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-right-'))
  path = join(folder, 'events.db')
  database = new DatabaseSync(path)
  migrate(database)
  now = 0
  ends = []
})
afterEach(() => {
  for (const end of ends) end()
  database.close()
  rmSync(folder, { recursive: true })
})

/** A process with its own lock, over the one database. */
function startProcess(token: string): WorkerRight & { die(): void } {
  const lock = createProcessLock()
  ends.push(lock.release)
  const right = createWorkerRight(createStatements(database), { lock, path, token, now: () => now })
  return { ...right, die: lock.release }
}

const removeLock = (): void => rmSync(`${path}-worker`)
const locked = expect.objectContaining({ code: 'INBOX_LOCKED' })

describe('the right to handle events', () => {
  it('is free once the process that had it is dead', () => {
    const first = startProcess('first')
    const second = startProcess('second')
    expect(first.take()).toBe('new')
    expect(() => second.take()).toThrow(locked)
    first.die()
    expect(second.take()).toBe('new')
    expect(() => first.check()).toThrow(locked)
    second.check()
  })

  it('is kept by a process that takes it again', () => {
    const right = startProcess('first')
    expect(right.take()).toBe('new')
    expect(right.take()).toBe('kept')
    right.die()
    expect(startProcess('first').take()).toBe('kept')
  })

  it('stays with a living process whose lock file is gone', () => {
    const first = startProcess('first')
    const second = startProcess('second')
    first.take()
    removeLock()
    for (; now < 100_000; now += 1_000) {
      expect(second.take()).toBeUndefined()
      first.answer()
      first.check()
    }
  })

  it('is lost by a silent process whose lock file is gone', () => {
    const first = startProcess('first')
    const second = startProcess('second')
    first.take()
    removeLock()
    for (; now < 10_000; now += 500) expect(second.take()).toBeUndefined()
    expect(second.take()).toBe('new')
    first.answer()
    expect(() => first.check()).toThrow(locked)
    // It begins again at the end of the line.
    expect(() => first.take()).toThrow(locked)
    second.check()
  })

  it('is free at once after giveUp, even without the lock file', () => {
    const first = startProcess('first')
    first.take()
    first.giveUp()
    first.die()
    removeLock()
    expect(startProcess('second').take()).toBe('new')
  })

  it('goes to one of several, whatever is removed meanwhile', () => {
    const step = fc.record({ who: fc.nat(2), act: fc.nat(5), waitMs: fc.constantFrom(0, 300, 4_000) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        database.exec('DELETE FROM worker')
        const all = ['a', 'b', 'c'].map(startProcess)
        let holder: number | undefined
        for (const { who, act, waitMs } of steps) {
          now += waitMs
          // Every living process answers a few times a second.
          if (holder !== undefined) all[holder]!.answer()
          const right = all[who]!
          if (act <= 2 && isTaken(right)) {
            expect([undefined, who]).toContain(holder)
            holder = who
          }
          if (act === 3) rmSync(`${path}-worker`, { force: true })
          if (act === 4 && who === holder) {
            right.die()
            holder = undefined
          }
          const mayWork = all.filter(canWork)
          expect(mayWork).toEqual(holder === undefined ? [] : [all[holder]])
        }
        for (const { die } of all) die()
      }),
      { numRuns: 100 },
    )
  })
})

function isTaken(right: WorkerRight): boolean {
  try {
    return right.take() !== undefined
  } catch {
    return false
  }
}

function canWork(right: WorkerRight): boolean {
  try {
    right.check()
    return true
  } catch {
    return false
  }
}
