import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism, type } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fillBenchmarkTable, toBenchmarkTable, type Results } from './documents/benchmark-table.ts'
import { root } from './run-command.ts'

// Prints the README's table from what benches printed with --json, or writes it there. Run it on the machine that measured.
const { values, positionals: files } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean' } } })

if (files.length === 0) {
  console.error(
    'usage: npm run bench:table -- [--write] <file>…\n\n  <file>  what `npm run -s bench -- <bench> --json` printed',
  )
  process.exitCode = 2
} else {
  const results = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Results)
  const place = `${availableParallelism()} cores, ${type()}, Node ${process.versions.node.split('.')[0]}`
  const measuredAt = new Date(Math.max(...files.map((file) => statSync(file).mtimeMs)))
  const { text, missing } = toBenchmarkTable(results, { date: measuredAt.toISOString().slice(0, 10), place })
  for (const row of missing) console.error(`no result: ${row}`)
  if (values.write) {
    const readme = join(root, 'README.md')
    writeFileSync(readme, fillBenchmarkTable(readFileSync(readme, 'utf8'), text))
  } else console.log(text)
}
