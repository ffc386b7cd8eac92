import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { toTable } from './bench/report.ts'
import { startProgram } from './examples/program.ts'

const positive = z.number().positive()
const name = z.string().min(1)
const Report = z.strictObject({
  bench: name,
  rows: z.array(z.strictObject({ subject: name, case: name, median: positive, unit: name, ratio: positive })),
})

// What is measured depends on the machine, so only the shape is looked at, never a time.
const benches = [
  {
    bench: 'verify',
    subjects: ['sallyport', 'standardwebhooks', 'svix', '@octokit/webhooks-methods', 'stripe'],
    cases: ['standard-webhooks, 300 B', 'github, 10 KB', 'stripe, 1 MB', 'sonzai, 300 B', 'invoratec, 300 B'],
    units: ['µs'],
  },
  {
    bench: 'http',
    subjects: ['sallyport'],
    cases: ['node:http', 'express', 'koa', 'fastify', 'hono'],
    units: ['requests/s'],
  },
  {
    bench: 'size',
    subjects: ['@sallyport/core', '@sallyport/express', '@sallyport/koa', '@sallyport/fastify'],
    cases: ['min+gzip', 'import'],
    units: ['bytes', 'ms'],
  },
]

describe.concurrent.each(benches)('npm run bench -- $bench', ({ bench, subjects, cases, units }) => {
  it('prints one JSON document: every case with its floor, every subject', { timeout: 120_000 }, async () => {
    const { code, stdout, stderr } = await startProgram('test/bench/main.ts', [bench, '--quick', '--json']).end()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const report = Report.parse(JSON.parse(stdout))
    expect(report.bench).toBe(bench)
    const { rows } = report
    expect(rows.map((row) => row.case)).toEqual(expect.arrayContaining(cases))
    expect(rows.map(({ subject }) => subject)).toEqual(expect.arrayContaining(subjects))
    expect([...new Set(rows.map(({ unit }) => unit))]).toEqual(units)
    const floors = rows.filter(({ subject }) => subject === 'floor')
    expect(floors.map((row) => row.case)).toEqual([...new Set(rows.map((row) => row.case))])
    for (const { ratio } of floors) expect(ratio).toBe(1)
  })
})

describe.concurrent.each([{ parameters: [] }, { parameters: ['verfy'] }, { parameters: ['verify', '--fast'] }])(
  'npm run bench -- $parameters',
  ({ parameters }) => {
    it('ends with 2 and the list of benches', async () => {
      const { code, stdout, stderr } = await startProgram('test/bench/main.ts', parameters).end()
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      for (const { bench } of benches) expect(stderr).toContain(`  ${bench}  `)
    })
  },
)

it('has a table for people: aligned, a blank line between cases', () => {
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
