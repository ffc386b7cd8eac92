import { runOverEach, type SoakCommand } from '../command.ts'
import { runChaos } from './chaos.ts'
import { findBroken, toChaosTable } from './report.ts'

/** Harms the processes and the store of each engine, all at the same time; resolves to what was wrong. */
export const soakInChaos: SoakCommand = async (stores, { minutes, perSecond, seed }) => {
  console.log(
    `chaos: seed ${seed}, ${minutes} minutes, ${perSecond} events a second; 2 receivers, 2 workers per engine`,
  )
  const engines = new Map([...stores].filter(([, openStore]) => openStore !== undefined))
  const { reports, wrong } = await runOverEach(
    engines,
    (openStore) => runChaos({ openStore: openStore!, seed, durationMs: minutes * 60_000, perSecond }),
    findBroken,
  )
  for (const [name, { errors }] of reports) if (errors !== '') console.error(`\n${name} wrote to stderr:\n${errors}`)
  if (reports.size > 0) console.log(`\n${toChaosTable(reports)}`)
  return wrong
}
