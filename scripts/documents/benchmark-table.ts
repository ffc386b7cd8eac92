import { formatTable } from './format-table.ts'

/** A row of a bench's JSON, as far as the table needs it. */
interface ResultRow {
  readonly subject: string
  readonly case: string
  readonly median?: number
  readonly ratio?: number
  readonly limit?: string
}

/** What `npm run bench -- <bench> --json` prints. */
export interface Results {
  readonly bench: string
  readonly rows: readonly ResultRow[]
}

/** One row of the table: the ratio of one result, or the range of several. */
interface Line {
  readonly work: string
  readonly against: string
  readonly better: 'higher' | 'lower'
  readonly bench: string
  readonly case: RegExp
  readonly subject: RegExp
}

/** When and where it was measured. */
export interface Circumstances {
  /** As `2026-11-30`. */
  readonly date: string
  /** As `2 cores, Linux, Node 24`. */
  readonly place: string
}

const route = (title: string, name: string): Line => ({
  work: `requests per second, ${title}`,
  against: 'a route written by hand',
  better: 'higher',
  bench: 'http',
  case: new RegExp(`^${name}$`),
  subject: /^sallyport$/,
})

const overHttp = (title: string, engine: string): Line => ({
  work: `requests per second with an inbox, ${title}`,
  against: 'the same without a store',
  better: 'higher',
  bench: 'inbox',
  case: /^HTTP, \d+ connections$/,
  subject: new RegExp(`^${engine} engine$`),
})

const lines: readonly Line[] = [
  {
    work: 'verify 300 B',
    against: '`node:crypto` by hand',
    better: 'lower',
    bench: 'verify',
    case: /, 300 B$/,
    subject: /^sallyport$/,
  },
  {
    work: 'verify 10 KB and 1 MB',
    against: '`node:crypto` by hand',
    better: 'lower',
    bench: 'verify',
    case: /, (?:10 KB|1 MB)$/,
    subject: /^sallyport$/,
  },
  route('`node:http`', 'node:http'),
  route('Express', 'express'),
  route('Koa', 'koa'),
  route('Fastify', 'fastify'),
  route('Hono', 'hono'),
  overHttp('SQLite', 'SQLite'),
  overHttp('PostgreSQL', 'pg-boss'),
  overHttp('Redis', 'BullMQ'),
  {
    work: 'events handled per second',
    against: 'a worker by hand on the same store',
    better: 'higher',
    bench: 'inbox',
    case: /, accept to done by /,
    subject: /^(?!floor)/,
  },
  {
    work: 'read an agent bundle, 200 KB to 50 MB',
    against: 'a ZIP reader without checks',
    better: 'lower',
    bench: 'bundle',
    case: /^(?:200 KB|\d+ MB, [\d,]+ files)$/,
    subject: /^sallyport$/,
  },
  {
    work: 'receive and deploy an agent',
    against: '`JSON.parse`, JSZip and writing',
    better: 'lower',
    bench: 'fleet',
    case: /: time to the answer$/,
    subject: /^sallyport$/,
  },
  {
    work: 'a full replay guard',
    against: 'an empty one',
    better: 'lower',
    bench: 'guard',
    case: /^claim and commit$/,
    subject: /^full$/,
  },
]

const head = ['Work', 'Compared with', 'Ratio', 'Better']
const marker = '<!-- benchmarks -->'
const section = /<!-- benchmarks -->\n(?:\n(?:\|.*\|\n)+)?(?:\nMeasured on .*\n)?/

/** The table of what was measured, and the names of the rows that were not. A number that the client limited does not count. */
export function toBenchmarkTable(
  results: readonly Results[],
  { date, place }: Circumstances,
): { readonly text: string; readonly missing: readonly string[] } {
  const found = lines.map((line) => ({ line, ratio: findRatio(results, line) }))
  const rows = found.flatMap(({ line: { work, against, better }, ratio }) =>
    ratio === undefined ? [] : [[work, against, ratio, better]],
  )
  return {
    text: `${formatTable([head, ...rows])}\nMeasured on ${date} with ${place}.\n`,
    missing: found.filter(({ ratio }) => ratio === undefined).map(({ line: { bench, work } }) => `${bench}: ${work}`),
  }
}

/** Puts the table after the marker of a document, in place of the one that is there. */
export function fillBenchmarkTable(document: string, table: string): string {
  if (!section.test(document)) throw new Error(`The document has no line ${marker}`)
  return document.replace(section, () => `${marker}\n\n${table}`)
}

/** The part of a document that holds the table, without the marker. */
export function readBenchmarkTable(document: string): string {
  return (section.exec(document)?.[0] ?? '').slice(marker.length + 2)
}

function findRatio(results: readonly Results[], line: Line): string | undefined {
  const rows = results.filter(({ bench }) => bench === line.bench).flatMap((result) => result.rows)
  // A limited floor spoils the ratio as much as a limited subject.
  const spoiled = new Set(rows.filter(({ limit }) => limit !== undefined).map((row) => row.case))
  const ratios = rows.flatMap((row) =>
    row.ratio !== undefined && line.case.test(row.case) && line.subject.test(row.subject) && !spoiled.has(row.case)
      ? [row.ratio.toFixed(2)]
      : [],
  )
  const [least, most] = [Math.min(...ratios.map(Number)).toFixed(2), Math.max(...ratios.map(Number)).toFixed(2)]
  if (ratios.length === 0) return undefined
  return least === most ? least : `${least} to ${most}`
}
