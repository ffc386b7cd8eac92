import { describe, expect, it } from 'vitest'
import { engineNames, findStores } from '../soak/engines.ts'
import { findBroken, toSoakTable } from '../soak/report.ts'
import { soak } from '../soak/soak.ts'

const seed = Math.floor(Math.random() * 1_000_000)
const durationMs = 60_000
const stores = [...findStores(engineNames)]

describe(`inbox engines, a minute of chaos (seed ${seed})`, () => {
  it('loses nothing, leaves nothing stuck, handles no forgery', async () => {
    const reports = await Promise.all(
      stores.map(async ([name, openStore]) => [name, await soak({ openStore, seed, durationMs })] as const),
    )
    console.log(`seed ${seed}\n${toSoakTable(new Map(reports))}`)
    for (const [name, report] of reports) {
      expect(findBroken(report), `${name}, seed ${seed}\n${report.errors}`).toEqual([])
      expect(report.sent.acknowledged.size, name).toBeGreaterThan(100)
      expect(report.faults.size, name).toBeGreaterThan(3)
    }
  })

  it.each([
    ['acknowledges before the commit', 'lost'],
    ['completes without handling', 'lost'],
  ] as const)('control: a process that %s shows', async (flaw, what) => {
    const [, openStore] = stores[0]!
    const report = await soak({ openStore, seed, durationMs: 15_000, flaw })
    expect(report[what]).toBeGreaterThan(0)
    expect(findBroken(report).join()).toContain(what)
  })
})
