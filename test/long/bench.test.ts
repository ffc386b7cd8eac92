import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { compare } from '../bench/measure.ts'
import { toTable } from '../bench/report.ts'
import { startProgram } from '../support/examples/program.ts'

const positive = z.number().positive()
const name = z.string().min(1)
const Row = z.strictObject({
  subject: name,
  case: name,
  median: positive,
  unit: name,
  ratio: positive,
  aim: name.optional(),
  rounds: z.int().positive().optional(),
  above: z.number().optional(),
  limit: z.enum(['client', 'machine']).optional(),
})
const MissingRow = z.strictObject({ subject: name, case: name, missing: name })
const Report = z.strictObject({ bench: name, rows: z.array(z.union([Row, MissingRow])) })

// Times depend on the machine, so only the shape of a report is checked.
const benches = [
  {
    bench: 'verify',
    subjects: [
      'sallyport',
      'standardwebhooks',
      'svix',
      '@octokit/webhooks-methods',
      'stripe',
      'livekit-server-sdk',
      'discord-interactions',
    ],
    cases: [
      'standard-webhooks, 300 B',
      'github, 10 KB',
      'stripe, 1 MB',
      'slack, 300 B',
      'square, 10 KB',
      'discord, 1 MB',
      'sendgrid, 300 B',
      'livekit, 10 KB',
      'sonzai, 300 B',
      'invoratec, 300 B',
    ],
    units: ['µs'],
  },
  {
    bench: 'http',
    subjects: ['sallyport'],
    cases: [
      'node:http',
      'express',
      'koa',
      'fastify',
      'hono',
      'node:http: CPU per request',
      'express: p50 at half load',
      'koa: p99 at half load',
      'fastify: cold start',
      'hono: cold start, CPU',
    ],
    units: ['requests/s', 'µs', 'ms'],
  },
  {
    bench: 'inbox',
    subjects: ['SQLite engine', 'SQLite engine, handlers here', 'fsync loop', 'inbox', 'inbox, concurrency 100'],
    cases: [
      'SQLite, 1 client',
      'SQLite, 20 clients',
      'SQLite, 50 clients',
      'SQLite, 200 clients',
      'SQLite, accept to done by 50 clients, handler does nothing',
      'SQLite, accept to done by 50 clients, handler writes a row',
      'SQLite, backlog of 300, drained',
      'SQLite, backlog of 300, rate at the end by that at the beginning',
      'SQLite, backlog of 300, peak memory',
      'SQLite, bytes per event on disk, stored',
      'SQLite, bytes per event on disk, done',
      'HTTP, 50 connections',
    ],
    units: ['events/s', 'requests/s', 'ms', '×', 'syncs', 'MB', 'bytes', '% of a core'],
  },
  {
    bench: 'bundle',
    subjects: [
      'sallyport',
      'sallyport and digests',
      'jszip with CRC',
      'jszip',
      'yauzl',
      '@zip.js/zip.js with CRC',
      'fflate',
      'adm-zip with CRC',
    ],
    cases: ['5 KB', '5 KB: longest stall', '5 KB: peak memory'],
    units: ['ms', 'MB'],
  },
  {
    bench: 'fleet',
    subjects: ['sallyport'],
    cases: [
      '200 KB: time to the answer',
      '200 KB: another request waits',
      '200 KB: longest turn',
      '200 KB: peak memory',
    ],
    units: ['ms', '× body'],
  },
  {
    bench: 'growth',
    subjects: ['2,000 events', 'a console asks in a loop', 'state: dead', 'one failure', 'during discard'],
    cases: [
      'SQLite, claim 200 events',
      'SQLite, settle 200 events',
      'SQLite, list the newest 50',
      'SQLite, stats',
      'SQLite, accept by 50 clients',
      'SQLite, 2,000 events, accept',
      'SQLite, 2,000 events, first page',
      'SQLite, prune 4 events',
    ],
    units: ['events/s', 'ms', 'µs/event'],
  },
  {
    bench: 'guard',
    subjects: ['40,000 at work', 'full', 'sallyport'],
    cases: ['claim and commit', 'memory of 20,000 events', 'garbage collection of 1,000,000 events'],
    units: ['µs', 'MB', 'ms', 'events/s'],
  },
  {
    bench: 'review',
    subjects: ['checkPolicy', 'diffBundles', 'FleetPayload', 'toEnvExample'],
    cases: ['checkPolicy, many tools in every file: longest turn', 'checkPolicy, many tools in every file: in all'],
    units: ['ms'],
  },
  {
    bench: 'size',
    subjects: ['sallyport', 'sallyport/express', 'sallyport/koa', 'sallyport/fastify'],
    cases: ['one provider, files', 'one provider, source', 'one provider, minified', 'min+gzip', 'import'],
    units: ['bytes', 'ms', 'files'],
  },
]

describe.concurrent.each(benches)('npm run bench -- $bench', ({ bench, subjects, cases, units }) => {
  it('prints JSON with every case, its floor and every subject', { timeout: 120_000 }, async () => {
    const { code, stdout, stderr } = await startProgram('test/bench/main.ts', [bench, '--quick', '--json']).end()
    // A subject that is not installed is reported as skipped, and is no failure.
    expect({ code, stderr: stderr.replaceAll(/^SKIPPED.*$/gm, '').trim() }).toEqual({ code: 0, stderr: '' })
    const report = Report.parse(JSON.parse(stdout))
    expect(report.bench).toBe(bench)
    const rows = report.rows.filter((row) => 'median' in row)
    expect(rows.map((row) => row.case)).toEqual(expect.arrayContaining(cases))
    expect(rows.map(({ subject }) => subject)).toEqual(expect.arrayContaining(subjects))
    expect([...new Set(rows.map(({ unit }) => unit))].toSorted()).toEqual(units.toSorted())
    const floors = rows.filter(({ subject }) => /^floor(?::|$)/.test(subject))
    expect(floors.map((row) => row.case)).toEqual([...new Set(rows.map((row) => row.case))])
    for (const { ratio } of floors) expect(ratio).toBe(1)
  })
})

describe.concurrent.each([{ parameters: [] }, { parameters: ['verfy'] }, { parameters: ['verify', '--fast'] }])(
  'npm run bench -- $parameters',
  ({ parameters }) => {
    it('exits with 2 and lists the benches', async () => {
      const { code, stdout, stderr } = await startProgram('test/bench/main.ts', parameters).end()
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      for (const { bench } of benches) expect(stderr).toContain(`  ${bench}  `)
    })
  },
)

describe('npm run bench -- http', () => {
  it('measures telemetry against Sallyport without', { timeout: 120_000 }, async () => {
    const parameters = ['http', 'node', '--telemetry', '--quick', '--json']
    const { code, stdout } = await startProgram('test/bench/main.ts', parameters).end()
    expect(code).toBe(0)
    const rows = Report.parse(JSON.parse(stdout)).rows.filter((row) => 'median' in row)
    expect(rows.map(({ subject }) => subject)).toEqual(
      Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? 'sallyport' : 'with telemetry')),
    )
  })
})

describe('npm run bench -- inbox', () => {
  it('names what it could not measure without PostgreSQL', { timeout: 120_000 }, async () => {
    const nowhere = { DATABASE_URL: 'postgres://127.0.0.1:1/none' }
    const { code, stdout } = await startProgram('test/bench/main.ts', ['inbox', '--quick'], nowhere).end()
    expect(code).toBe(0)
    const missing = stdout.split('\n').filter((line) => line.includes('MISSING  no PostgreSQL'))
    expect(missing).toHaveLength(9)
    expect(stdout).toMatch(/^SQLite, 50 clients +SQLite engine +\d/m)
  })

  it('measures one part of one store', { timeout: 120_000 }, async () => {
    const parameters = ['inbox', 'done', '--store', 'sqlite', '--quick', '--json']
    const { code, stdout } = await startProgram('test/bench/main.ts', parameters).end()
    expect(code).toBe(0)
    const cases = Report.parse(JSON.parse(stdout)).rows.map((row) => row.case)
    expect(new Set(cases).size).toBe(2)
    expect(cases.every((one) => one.startsWith('SQLite, accept to done'))).toBe(true)
  })
})

describe('toTable', () => {
  it('aligns columns and puts a blank line between cases', () => {
    const table = toTable({
      bench: 'verify',
      rows: [
        { subject: 'floor', case: 'github, 300 B', median: 4.5678, unit: 'µs', ratio: 1 },
        { subject: 'sallyport', case: 'github, 300 B', median: 1234.5, unit: 'µs', ratio: 1.054 },
        { subject: 'floor', case: 'sonzai', median: 0.5, unit: 'µs', ratio: 1 },
      ],
    })
    expect(table.split('\n')).toEqual([
      'case           subject    median  unit  ratio',
      '',
      'github, 300 B  floor        4.57  µs     1.00',
      'github, 300 B  sallyport    1235  µs     1.05',
      '',
      'sonzai         floor       0.500  µs     1.00',
    ])
  })
})

describe('compare', () => {
  it('compares with a floor so slow that it has fewer rounds', async () => {
    const floor = { name: 'floor', run: () => new Promise((resolve) => setTimeout(resolve, 10)) }
    const subjects = [floor, { name: 'fast', run: () => 1 }]
    const [, fast] = await compare(subjects, { rounds: 3, batchMs: 0.01, budgetMs: 5 })
    expect(fast!.ratio).toBeGreaterThan(0)
  })
})
