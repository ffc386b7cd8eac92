import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { bundle, frameworks, root } from './bundle-module.ts'
import { measureProviderCost } from './provider-cost.ts'
import { median } from './measure.ts'
import type { BenchOptions, Row } from './report.ts'

/** Something to bundle: a name, and a module that uses it. */
interface Entry {
  readonly subject: string
  readonly code: string
}

// CommonJS inside a bundle needs it; every imported bundle has it, also the floor's.
const withRequire = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`
// A receiver in a framework needs both; the framework itself is there anyway.
const receiver = `export { createReceiver } from 'sallyport'`

const bytesFloor: Entry = { subject: 'floor', code: `export { floors } from './test/bench/floors.ts'` }
const importFloor: Entry = { subject: 'floor', code: `import 'node:crypto'` }

const entries: readonly Entry[] = [
  ...['sallyport', 'sallyport/node', 'sallyport/fetch'].map(whole),
  ...frameworks.map((name) => ({
    subject: `sallyport/${name}`,
    code: `${receiver}\nexport { webhook } from 'sallyport/${name}'`,
  })),
]
const providers: readonly Entry[] = readProviders().map(whole)

/**
 * The size bench. Bytes: bundled, minified and gzipped, without what the host has anyway; the floor is the hand-written
 * verification of the verify bench. Import time: of the same bundle in a new process, the floor being `node:crypto` alone.
 */
export async function benchSize({ quick }: BenchOptions): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
  try {
    return [
      ...(await measureProviderCost()),
      ...(await measureBytes()),
      ...(await measureImports(folder, quick ? 1 : 15)),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureBytes(): Promise<Row[]> {
  const floor = await countBytes(bytesFloor, [])
  const toRow = async ({ subject, code }: Entry, external: string[], name = 'min+gzip'): Promise<Row> => {
    const bytes = await countBytes({ subject, code }, external)
    return { subject, case: name, median: bytes, unit: 'bytes', ratio: bytes / floor }
  }
  const rows = [await toRow(bytesFloor, [])]
  for (const entry of [...entries, ...providers]) rows.push(await toRow(entry, ['zod']))
  rows.push(await toRow(bytesFloor, [], 'min+gzip, with zod'))
  for (const entry of providers) rows.push(await toRow(entry, [], 'min+gzip, with zod'))
  return rows
}

async function measureImports(folder: string, rounds: number): Promise<Row[]> {
  const subjects: { readonly subject: string; readonly url: string; readonly times: number[] }[] = []
  for (const { subject, code } of [importFloor, ...entries, ...providers]) {
    const file = join(folder, `${subjects.length}.mjs`)
    writeFileSync(file, `${withRequire}${await bundle(code, [])}`)
    subjects.push({ subject, url: pathToFileURL(file).href, times: [] })
  }
  for (let round = 0; round < rounds; round++) for (const { url, times } of subjects) times.push(timeImport(url))
  const floor = subjects[0]!.times
  return subjects.map(({ subject, times }) => ({
    subject,
    case: 'import',
    median: median(times),
    unit: 'ms',
    ratio: median(times.map((time, round) => time / floor[round]!)),
  }))
}

async function countBytes({ code }: Entry, external: readonly string[]): Promise<number> {
  return gzipSync(await bundle(code, external)).length
}

/** Milliseconds to import a module in a new process. */
function timeImport(url: string): number {
  const script = `const start = performance.now(); await import(${JSON.stringify(url)}); console.log(performance.now() - start)`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  })
  const time = Number(stdout.trim() || Number.NaN)
  // All of stderr would include the bundle.
  if (Number.isNaN(time)) throw new Error(`a bundle could not be imported: ${/^\w*Error.*/m.exec(stderr)?.[0]}`)
  return time
}

function whole(subject: string): Entry {
  return { subject, code: `export * from '${subject}'` }
}

function readProviders(): string[] {
  const manifest = JSON.parse(readFileSync(join(root, 'packages/sallyport/package.json'), 'utf8')) as {
    exports: object
  }
  const paths = Object.keys(manifest.exports).filter((path) => path.startsWith('./providers/'))
  return paths.map((path) => `sallyport/${path.slice(2)}`)
}
