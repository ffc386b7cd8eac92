import { parseArgs } from 'node:util'
import { toTable, type BenchOptions, type BenchReport } from './report.ts'

type Bench = (options: BenchOptions) => Promise<BenchReport['rows']>

// Imported on demand: what one bench loads must not slow down or disturb another.
const benches: Readonly<Record<string, { readonly about: string; readonly load: () => Promise<Bench> }>> = {
  verify: {
    about: 'verify and parse one delivery, against hand-written code and other libraries',
    load: async () => (await import('./verify.ts')).benchVerify,
  },
  http: {
    about: 'requests per second of each adapter, against a hand-written route in the same framework',
    load: async () => (await import('./http.ts')).benchHttp,
  },
  bundle: {
    about: 'read an agent bundle, against a floor without checks and other ZIP libraries',
    load: async () => (await import('./bundle.ts')).benchBundle,
  },
  review: {
    about: 'longest turns of the event loop while bundles are read and reviewed, with the worst inputs known',
    load: async () => (await import('./review.ts')).benchReview,
  },
  inbox: {
    about: 'store events by each engine, against raw inserts, the queues used directly, and no store',
    load: async () => (await import('./inbox.ts')).benchInbox,
  },
  guard: {
    about: 'claim and remember one event in the replay guard, empty, with handlers at work, and full',
    load: async () => (await import('./guard.ts')).benchGuard,
  },
  size: {
    about: 'bytes and import time of core, adapters and providers',
    load: async () => (await import('./size.ts')).benchSize,
  },
}

const usage = [
  'usage: npm run bench -- <bench> [--json] [--quick]',
  '',
  ...Object.entries(benches).map(([name, { about }]) => `  ${name.padEnd(8)}${about}`),
  '',
  '  --json   one JSON document on stdout instead of a table',
  '  --quick  a few operations only, to see that the bench works',
].join('\n')

const { name, json, quick } = readArguments()
const chosen = Object.hasOwn(benches, name) ? benches[name] : undefined
if (chosen === undefined) {
  console.error(name === '' ? usage : `There is no bench "${name}".\n\n${usage}`)
  process.exitCode = 2
} else {
  const run = await chosen.load()
  const report = { bench: name, rows: await run({ quick }) }
  console.log(json ? JSON.stringify(report) : toTable(report))
}

function readArguments(): { name: string; json: boolean; quick: boolean } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
    })
    return { name: positionals.length === 1 ? positionals[0]! : positionals.join(' '), ...values }
  } catch (error) {
    console.error((error as Error).message)
    return { name: '', json: false, quick: false }
  }
}
