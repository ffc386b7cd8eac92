import { beforeAll, describe, expect, it } from 'vitest'
import { engineNames, findStores } from '../soak/engines.ts'
import { flaws } from '../soak/leaks/host-options.ts'
import { runLeaks, type LeakReport } from '../soak/leaks/leaks.ts'
import { findLeaks, toLeakTable, type LeakLimits } from '../soak/leaks/report.ts'

const seed = Math.floor(Math.random() * 1_000_000)
const minute = { seed, durationMs: 60_000, everyMs: 15_000, perSecond: 30 }
// About 900 deliveries count: an event kept whole for each would show, a hundred bytes would not; ten minutes find those.
const limits: LeakLimits = { warmUp: 1, growthBytes: 1_000_000 }
const control = 'control'
const stores = new Map([['memory', undefined], ...findStores(engineNames)])
const reports = new Map<string, LeakReport>()

describe(`every mount, a minute of mixed traffic (seed ${seed})`, () => {
  // Side by side: most of the minute they wait.
  beforeAll(async () => {
    await Promise.all([
      ...[...stores].map(async ([name, openStore]) => reports.set(name, await runLeaks({ ...minute, openStore }))),
      runLeaks({ ...minute, flaws }).then((report) => reports.set(control, report)),
    ])
    console.log(`seed ${seed}\n${toLeakTable(reports, limits)}`)
  }, 600_000)

  it.each([...stores.keys()])('keeps nothing of a delivery, and leaves nothing behind: %s', (name) => {
    expect(findLeaks(reports.get(name)!, limits)).toEqual([])
  })

  it.each([
    ['keeps every event', /^memory grew by/],
    ['leaves timers', /^\d+ left after the stop, timers: \[Function: leftBehind\]/],
    ['leaves listeners', /^\d+ left after the stop, listeners: beforeExit/],
    ['leaves files open', /^\d+ left after the stop, files: .*node/],
    ['leaves a server open', /^the process did not end by itself/],
  ] as const)('control: finds a handler that %s', (_, found) => {
    expect(findLeaks(reports.get(control)!, limits)).toContainEqual(expect.stringMatching(found))
  })
})
