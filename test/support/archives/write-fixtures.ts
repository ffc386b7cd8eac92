// node --conditions=@sallyport/source test/support/archives/write-fixtures.ts <folder>
// Writes every hostile archive to a file named after its expected error, to try other tools on them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fixtureName } from './hostile/fixture.ts'
import { hostileArchives } from './hostile/index.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('Which folder? Usage: write-fixtures.ts <folder>')
  process.exit(2)
}

mkdirSync(folder, { recursive: true })
for (const archive of hostileArchives) writeFileSync(join(folder, fixtureName(archive)), archive.build())
console.log(`${hostileArchives.length} archives in ${folder}`)
