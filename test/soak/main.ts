import { parseArgs } from 'node:util'
import { soakInChaos } from './chaos/command.ts'
import type { SoakCommand, SoakSettings, SoakStores } from './command.ts'
import { engineNames, findStores } from './engines.ts'
import { soakForLeaks } from './leaks/command.ts'

/** What can be run, and over which stores. */
const soaks: Readonly<Record<string, { readonly run: SoakCommand; readonly stores: readonly string[] }>> = {
  chaos: { run: soakInChaos, stores: engineNames },
  leaks: { run: soakForLeaks, stores: ['memory', ...engineNames] },
}

const usage = [
  'usage: npm run test:soak -- [chaos] [leaks] [store…] [--minutes 10] [--rate 100] [--seed N]',
  '',
  '  chaos      kills processes and stores, and counts what was lost; then',
  '  leaks      sends mixed traffic to every mount, and measures what the process keeps; both by default',
  `  stores     ${engineNames.join(', ')}, and memory for leaks; all at the same time by default`,
  '  --minutes  how long each of them takes',
  '  --rate     deliveries sent to each store in a second',
  '  --seed     repeats the faults and the traffic of a run; each run prints its own',
].join('\n')

interface Arguments extends SoakSettings {
  /** Empty when something was wrong. */
  readonly soaks: readonly string[]
  readonly stores: readonly string[]
}

// Ends what was started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const asked = readArguments()
if (asked.soaks.length === 0) {
  console.error(usage)
  process.exitCode = 2
} else {
  await run(asked)
}

async function run(settings: Arguments): Promise<void> {
  const wrong: string[] = []
  let count = 0
  for (const name of settings.soaks) {
    const soak = soaks[name]!
    const stores = openable(settings.stores.filter((store) => soak.stores.includes(store)))
    if (stores.size === 0) continue
    count += stores.size
    wrong.push(...(await soak.run(stores, settings)).map((line) => `${name}, ${line}`))
  }
  if (wrong.length > 0) console.error(`\nFAILED with seed ${settings.seed}\n${wrong.join('\n')}`)
  // A run of nothing is no success.
  process.exitCode = wrong.length > 0 || count === 0 ? 1 : 0
}

function openable(names: readonly string[]): SoakStores {
  return new Map([...(names.includes('memory') ? [['memory', undefined] as const] : []), ...findStores(names)])
}

function readArguments(): Arguments {
  const text = { type: 'string' } as const
  const nothing = { soaks: [], stores: [], minutes: 0, perSecond: 0, seed: 0 }
  try {
    const options = { minutes: text, rate: text, seed: text }
    const { values, positionals } = parseArgs({ allowPositionals: true, options })
    const settings = {
      minutes: Number(values.minutes ?? 10),
      perSecond: Number(values.rate ?? 100),
      seed: Number(values.seed ?? Math.floor(Math.random() * 1_000_000)),
    }
    const chosen = Object.keys(soaks).filter((name) => positionals.includes(name))
    const names = chosen.length === 0 ? Object.keys(soaks) : chosen
    const known = new Set(names.flatMap((name) => soaks[name]!.stores))
    const given = positionals.filter((name) => !Object.hasOwn(soaks, name))
    const stores = given.length === 0 ? [...known] : given
    const areSound = settings.minutes > 0 && settings.perSecond > 0 && Number.isInteger(settings.seed)
    const areKnown = stores.every((store) => known.has(store))
    return areSound && areKnown ? { ...settings, soaks: names, stores } : nothing
  } catch {
    return nothing
  }
}
