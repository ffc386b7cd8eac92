import { runOverEach, type SoakCommand } from '../command.ts'
import { runLeaks } from './leaks.ts'
import { findLeaks, toLeakTable, type LeakLimits } from './report.ts'

const longestIntervalMs = 30_000
/** From minute two on: a few hundred bytes per delivery would show. */
const mostGrowthBytes = 5_000_000

/** Runs every mount over each store, all at the same time; resolves to what was wrong. */
export const soakForLeaks: SoakCommand = async (stores, { minutes, perSecond, seed }) => {
  console.log(
    `leaks: seed ${seed}, ${minutes} minutes, ${perSecond} deliveries a second to the five mounts of each store`,
  )
  const durationMs = minutes * 60_000
  const everyMs = Math.min(longestIntervalMs, durationMs / 5)
  // Of ten minutes the first two warm up.
  const limits: LeakLimits = {
    warmUp: Math.max(0, Math.floor(durationMs / 5 / everyMs) - 1),
    growthBytes: mostGrowthBytes,
  }
  const { reports, wrong } = await runOverEach(
    stores,
    (openStore) => runLeaks({ openStore, seed, durationMs, everyMs, perSecond }),
    (report) => findLeaks(report, limits),
  )
  if (reports.size > 0) console.log(`\n${toLeakTable(reports, limits)}`)
  return wrong
}
