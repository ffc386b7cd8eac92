import { parseArgs } from 'node:util'
import { engineNames, findStores } from './engines.ts'
import { findBroken, toSoakTable } from './report.ts'
import { soak, type SoakReport } from './soak.ts'

const usage = [
  'usage: npm run test:soak -- [engine…] [--minutes 10] [--rate 100] [--seed N]',
  '',
  `  engines    ${engineNames.join(', ')}; all at the same time by default`,
  '  --minutes  how long faults hit',
  '  --rate     events sent to each engine in a second',
  '  --seed     repeats the faults of a run; each run prints its own',
].join('\n')

interface Arguments {
  /** Empty when something was wrong. */
  readonly names: readonly string[]
  readonly minutes: number
  readonly perSecond: number
  readonly seed: number
}

// Ends what was started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const given = readArguments()
if (given.names.length === 0) {
  console.error(usage)
  process.exitCode = 2
} else {
  await run(given)
}

async function run({ names, minutes, perSecond, seed }: Arguments): Promise<void> {
  console.log(`soak: seed ${seed}, ${minutes} minutes, ${perSecond} events a second; 2 receivers, 2 workers per engine`)
  const reports = new Map<string, SoakReport>()
  const broken: string[] = []
  // One that fails lets the others finish, and remove what they made.
  await Promise.all(
    [...findStores(names)].map(async ([name, openStore]) => {
      try {
        const report = await soak({ openStore, seed, durationMs: minutes * 60_000, perSecond })
        reports.set(name, report)
        broken.push(...findBroken(report).map((line) => `${name}: ${line}`))
        if (report.errors !== '') console.error(`\n${name} wrote to stderr:\n${report.errors}`)
      } catch (error) {
        console.error(`\n${name} did not finish:`, error)
        broken.push(`${name}: did not finish`)
      }
    }),
  )
  const inOrder = names.flatMap((name) => (reports.has(name) ? [[name, reports.get(name)!] as const] : []))
  console.log(`\n${toSoakTable(new Map(inOrder))}`)
  if (broken.length > 0) console.error(`\nFAILED with seed ${seed}\n${broken.join('\n')}`)
  // A run of nothing is no success.
  process.exitCode = broken.length > 0 || reports.size === 0 ? 1 : 0
}

function readArguments(): Arguments {
  const text = { type: 'string' } as const
  try {
    const options = { minutes: text, rate: text, seed: text }
    const { values, positionals } = parseArgs({ allowPositionals: true, options })
    const read = {
      minutes: Number(values.minutes ?? 10),
      perSecond: Number(values.rate ?? 100),
      seed: Number(values.seed ?? Math.floor(Math.random() * 1_000_000)),
    }
    const areSound = read.minutes > 0 && read.perSecond > 0 && Number.isInteger(read.seed)
    const areKnown = positionals.every((name) => engineNames.includes(name))
    const names = positionals.length === 0 ? engineNames : positionals
    return { ...read, names: areSound && areKnown ? names : [] }
  } catch {
    return { names: [], minutes: 0, perSecond: 0, seed: 0 }
  }
}
