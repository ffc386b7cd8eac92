import { describe } from 'vitest'
import { kindOf, listBlocks, placeOf, writeBlocks } from './blocks.ts'

// Tests that documents show become tests of this file.
const blocks = listBlocks().filter((block) => kindOf(block) === 'tests')
const files = writeBlocks('tests', blocks)

for (const [index, block] of blocks.entries()) {
  describe(`the tests at ${placeOf(block)}`, async () => {
    await import(files[index]!)
  })
}
