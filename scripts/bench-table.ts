import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism, type } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fillBenchmarkTable, toBenchmarkTable, type Results } from './documents/benchmark-table.ts'
import { fillSizingTable, toSizingTable } from './documents/sizing-table.ts'
import { root } from './run-command.ts'

// Prints the README's table from what benches printed with --json, or writes it there; with --sizing, the table of
// docs/operations/sizing.md. Run it on the machine that measured.
const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean' }, sizing: { type: 'boolean' } },
})

if (files.length === 0) {
  console.error(
    'usage: npm run bench:table -- [--write] [--sizing] <file>…\n\n  <file>  what `npm run -s bench -- <bench> --json` printed',
  )
  process.exitCode = 2
} else {
  const results = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Results)
  const place = `${availableParallelism()} cores, ${type()}, Node ${process.versions.node.split('.')[0]}`
  const measuredAt = new Date(Math.max(...files.map((file) => statSync(file).mtimeMs)))
  const circumstances = { date: measuredAt.toISOString().slice(0, 10), place }
  if (values.sizing) {
    const text = toSizingTable(results, circumstances)
    write('docs/operations/sizing.md', text, fillSizingTable)
  } else {
    const { text, missing } = toBenchmarkTable(results, circumstances)
    for (const row of missing) console.error(`no result: ${row}`)
    write('README.md', text, fillBenchmarkTable)
  }
}

function write(document: string, text: string, fill: (document: string, text: string) => string): void {
  if (!values.write) return console.log(text)
  const path = join(root, document)
  writeFileSync(path, fill(readFileSync(path, 'utf8'), text))
}
