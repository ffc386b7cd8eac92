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
    about: 'requests per second, CPU and latency of each adapter, against a hand-written route in the same framework',
    load: async () => (await import('./http.ts')).benchHttp,
  },
  bundle: {
    about: 'read an agent bundle, against a floor without checks and other ZIP libraries',
    load: async () => (await import('./bundle.ts')).benchBundle,
  },
  fleet: {
    about:
      'a Fleet delivery from its HTTP body to the folder on disk, against a hand-written route, and who waits meanwhile',
    load: async () => (await import('./fleet.ts')).benchFleet,
  },
  review: {
    about: 'longest turns of the event loop while bundles are read and reviewed, with the worst inputs known',
    load: async () => (await import('./review.ts')).benchReview,
  },
  inbox: {
    about: 'store and handle events by each engine, against raw inserts, the queues used directly, and no store',
    load: async () => (await import('./inbox.ts')).benchInbox,
  },
  growth: {
    about:
      'store, claim, settle and list events beside up to 5,000,000 others, while a console looks, while many are discarded',
    load: async () => (await import('./growth.ts')).benchGrowth,
  },
  guard: {
    about:
      'claim and remember one event in the replay guard, empty, with handlers at work, and full; its memory and its garbage; the same in stores',
    load: async () => (await import('./guard.ts')).benchGuard,
  },
  size: {
    about: 'bytes and import time of core, adapters and providers',
    load: async () => (await import('./size.ts')).benchSize,
  },
}

const usage = [
  'usage: npm run bench -- <bench> [part] [events] [mount…] [--store <name>] [--telemetry] [--cpu-prof <folder>] [--json] [--quick]',
  '',
  ...Object.entries(benches).map(([name, { about }]) => `  ${name.padEnd(8)}${about}`),
  '',
  '  part        of inbox: rates, done, drain, disk, changes, syncs, http or load; all of them',
  '  events      of the largest store, for growth: 5000000; of the backlog, for inbox drain: 1000000',
  '  mount       node, express, koa, fastify or hono, for http: all',
  '  --store     sqlite, postgresql or redis, for growth, inbox and guard, which has memory too: all',
  '  --telemetry for http: Sallyport with OpenTelemetry and Prometheus, against Sallyport without',
  '  --cpu-prof  folder for a CPU profile of each server, for http: none',
  '  --json      one JSON document on stdout instead of a table',
  '  --quick     a few operations only, to see that the bench works',
].join('\n')

const { name, json, ...options } = readArguments()
const chosen = Object.hasOwn(benches, name) ? benches[name] : undefined
if (chosen === undefined) {
  console.error(name === '' ? usage : `There is no bench "${name}".\n\n${usage}`)
  process.exitCode = 2
} else {
  const run = await chosen.load()
  const report = { bench: name, rows: await run(options) }
  console.log(json ? JSON.stringify(report) : toTable(report))
}

interface Arguments extends BenchOptions {
  readonly name: string
  readonly json: boolean
}

function readArguments(): Arguments {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        store: { type: 'string' },
        telemetry: { type: 'boolean', default: false },
        'cpu-prof': { type: 'string' },
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
      },
    })
    const [bench = '', ...rest] = positionals
    const chosenOptions = { ...values, profile: values['cpu-prof'] }
    if (bench === 'http') return { name: bench, only: rest, ...chosenOptions }
    const part = bench === 'inbox' && /^[a-z]+$/.test(rest[0] ?? '') ? rest.shift() : undefined
    const isSized = ['growth', 'inbox'].includes(bench) && /^[1-9]\d{0,8}$/.test(rest[0] ?? '')
    const events = isSized ? Number(rest.shift()) : undefined
    return { name: [bench, ...rest].join(' '), part, events, ...chosenOptions }
  } catch (error) {
    console.error((error as Error).message)
    return { name: '', json: false, quick: false }
  }
}
