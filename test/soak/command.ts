import type { SoakStore } from './stores/store.ts'

/** How a soak runs. */
export interface SoakSettings {
  readonly minutes: number
  readonly perSecond: number
  readonly seed: number
}

/** The stores of a soak by their name; without one, events are remembered in memory. */
export type SoakStores = ReadonlyMap<string, (() => Promise<SoakStore>) | undefined>

/** Runs a soak over each store and prints what it counted; resolves to what was wrong, a line for each. */
export type SoakCommand = (stores: SoakStores, settings: SoakSettings) => Promise<readonly string[]>

/**
 * Runs over each store, all at the same time. One that fails lets the others finish, and remove what they made.
 *
 * @returns the reports in the order of the stores, and what was wrong, a line for each
 */
export async function runOverEach<Report>(
  stores: SoakStores,
  run: (openStore: (() => Promise<SoakStore>) | undefined) => Promise<Report>,
  findWrong: (report: Report) => readonly string[],
): Promise<{ readonly reports: ReadonlyMap<string, Report>; readonly wrong: readonly string[] }> {
  const runs = [...stores].map(async ([name, openStore]) => {
    try {
      const report = await run(openStore)
      return { finished: [[name, report] as const], wrong: findWrong(report).map((line) => `${name}: ${line}`) }
    } catch (error) {
      console.error(`\n${name} did not finish:`, error)
      return { finished: [], wrong: [`${name}: did not finish`] }
    }
  })
  const ended = await Promise.all(runs)
  return { reports: new Map(ended.flatMap(({ finished }) => finished)), wrong: ended.flatMap(({ wrong }) => wrong) }
}
