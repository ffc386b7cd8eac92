import { describe, expect, it } from 'vitest'
import { engineNames, findStores } from '../soak/engines.ts'
import { findBroken, toChaosTable } from '../soak/chaos/report.ts'
import { runChaos } from '../soak/chaos/chaos.ts'

const seed = Math.floor(Math.random() * 1_000_000)
const durationMs = 60_000
const stores = [...findStores(engineNames)]

describe(`inbox engines, a minute of chaos (seed ${seed})`, () => {
  it('loses nothing, leaves nothing stuck, handles no forgery', async () => {
    const reports = await Promise.all(
      stores.map(async ([name, openStore]) => [name, await runChaos({ openStore, seed, durationMs })] as const),
    )
    console.log(`seed ${seed}\n${toChaosTable(new Map(reports))}`)
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
    // Whether a kill comes in the moment that shows it is chance; without the flaw no round would.
    let report = await runChaos({ openStore, seed, durationMs: 15_000, flaw })
    for (let round = 1; round < 8 && report[what] === 0; round++)
      report = await runChaos({ openStore, seed: seed + round, durationMs: 15_000, flaw })
    expect(report[what]).toBeGreaterThan(0)
    expect(findBroken(report).join()).toContain(what)
  })
})
