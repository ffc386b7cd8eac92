import fc from 'fast-check'
import { watch, type AlertNotice, type Watch } from 'sallyport/watch'
import { describe, expect, it } from 'vitest'
import { createSteeredStore } from '../support/watch/note-store.ts'

const rules = { deadLettersAbove: 0, oldestWaitingMs: 60_000 }

/** What happens in one turn of a history. */
const turn = fc.record({
  dead: fc.boolean(),
  isLate: fc.boolean(),
  isUp: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  passed: fc.integer({ min: 1_000, max: 200_000 }),
  process: fc.nat(1),
  /** Whether the process dies after it sent a notice, before it notes that. */
  dies: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  /** Whether it starts again before this check. */
  restarts: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  hookFails: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
})

describe('two processes with one watch, over any history', () => {
  it('tell of each alert once when it is raised and once when it is cleared', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { maxLength: 40 }), async (turns) => {
        const store = createSteeredStore()
        let now = 1_700_000_000_000
        let died = 0
        let mayDie = false
        let hookFails = false
        const told: AlertNotice[] = []
        const errors: unknown[] = []

        function start(): Watch {
          const connection = store.connect()
          return watch(connection, {
            rules,
            everyMs: 0,
            now: () => now,
            onError: (error) => void errors.push(error),
            notify(notice) {
              if (hookFails) throw new Error('the hook failed')
              told.push(notice)
              if (!mayDie) return
              died++
              connection.die()
            },
          })
        }

        const processes = [start(), start()]
        async function check(index: number): Promise<void> {
          const before = died
          await processes[index]!.check()
          if (died > before) processes[index] = start()
        }
        for (const { dead, isLate, isUp, passed, process, dies, restarts, hookFails: fails } of turns) {
          now += passed
          store.dead = dead ? 3 : 0
          store.oldestPendingMs = isLate ? 90_000 : undefined
          store.isUp = isUp
          mayDie = dies
          hookFails = fails
          if (restarts) processes[process] = start()
          await check(process)
        }
        // All is well at last, for long enough to take over from a process that died.
        store.dead = 0
        store.oldestPendingMs = undefined
        store.isUp = true
        mayDie = false
        hookFails = false
        for (let last = 0; last < 8; last++) {
          now += 100_000
          await check(0)
          await check(1)
        }

        const shared = told.filter(({ alert }) => alert.rule !== 'store')
        // Again only where a process died in between.
        const unique = shared.filter(({ id }, index) => shared.findIndex((other) => other.id === id) === index)
        expect(shared.length - unique.length).toBeLessThanOrEqual(died)
        for (const rule of ['dead-letters', 'oldest-waiting']) {
          const types = unique.filter(({ alert }) => alert.rule === rule).map(({ type }) => type.split('.').at(-1))
          types.forEach((type, index) => expect(type).toBe(index % 2 === 0 ? 'raised' : 'cleared'))
          // All is well: what was raised is cleared.
          expect(types.length % 2).toBe(0)
        }
        const wasDead = turns.some((each) => each.dead && each.isUp)
        expect(unique.some(({ alert }) => alert.rule === 'dead-letters')).toBe(wasDead)
        expect(processes[0]!.alerts()).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('send each notice from one of them', async () => {
    const store = createSteeredStore()
    let now = 1_700_000_000_000
    const told: AlertNotice[] = []
    const processes = Array.from({ length: 5 }, () =>
      watch(store.connect(), { rules, everyMs: 0, now: () => now, notify: (notice) => void told.push(notice) }),
    )
    store.dead = 1
    await Promise.all(processes.map((each) => each.check()))
    expect(told.map(({ type }) => type)).toEqual(['sallyport.alert.raised'])
    store.dead = 0
    for (let turns = 0; turns < 3; turns++) {
      now += 61_000
      await Promise.all(processes.map((each) => each.check()))
    }
    expect(told.map(({ type }) => type)).toEqual(['sallyport.alert.raised', 'sallyport.alert.cleared'])
    expect(told[1]!.alert).toEqual(told[0]!.alert)
  })
})

describe('a store that does not answer', () => {
  it('is an alert, and leaves the others as they are', async () => {
    const store = createSteeredStore()
    let now = 1_700_000_000_000
    const told: string[] = []
    const watching = watch(store.connect(), {
      rules,
      everyMs: 0,
      now: () => now,
      notify: ({ type, alert }) => void told.push(`${alert.rule} ${type.split('.').at(-1)}`),
    })
    store.dead = 1
    await watching.check()
    store.isUp = false
    store.dead = 0
    for (let turns = 0; turns < 5; turns++) {
      now += 100_000
      await watching.check()
    }
    expect(told).toEqual(['dead-letters raised', 'store raised'])
    expect(watching.alerts().map(({ rule }) => rule)).toEqual(['dead-letters', 'store'])
    expect(watching.alerts()[1]!.text).toBe('a store: the store does not answer: INBOX_UNAVAILABLE')
    store.isUp = true
    for (let turns = 0; turns < 3; turns++) {
      now += 100_000
      await watching.check()
    }
    expect(told.slice(2).toSorted()).toEqual(['dead-letters cleared', 'store cleared'])
  })

  it('hangs no check, and no two checks run at once', async () => {
    const asked: number[] = []
    const watching = watch(
      {
        name: 'a store',
        stats: () => new Promise(() => asked.push(1)),
        minutes: async () => [],
        readNote: async () => undefined,
        writeNote: async () => true,
      },
      { rules, everyMs: 0, storeTimeoutMs: 5, notify() {} },
    )
    const [alerts] = await Promise.all([watching.check(), watching.check()])
    expect(asked).toHaveLength(1)
    expect(alerts[0]).toMatchObject({ rule: 'store', text: 'a store: the store does not answer: INBOX_TIMEOUT' })
  })

  it('with a state of a newer version, reports that and changes nothing', async () => {
    const store = createSteeredStore()
    store.notes.set('watch:watch', '{"format":2}')
    store.dead = 1
    const errors: unknown[] = []
    const watching = watch(store.connect(), { rules, everyMs: 0, notify() {}, onError: (error) => errors.push(error) })
    await watching.check()
    expect(errors).toMatchObject([{ code: 'WATCH_STATE_UNREADABLE' }])
    expect(store.notes.get('watch:watch')).toBe('{"format":2}')
  })
})
