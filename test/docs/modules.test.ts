import { beforeAll, describe, expect, test, vi } from 'vitest'
import { kindOf, listBlocks, placeOf, writeBlocks } from './blocks.ts'
import { secrets } from './environment.ts'
import { checks } from './module-checks.ts'

const modules = listBlocks().filter((block) => kindOf(block) === 'module')
const files = writeBlocks('modules', modules)

beforeAll(() => {
  for (const [name, value] of Object.entries(secrets)) vi.stubEnv(name, value)
  vi.spyOn(console, 'log').mockImplementation(() => {})
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

test('every check has its module', () => {
  const lost = checks.filter(
    ({ document, holds }) => !modules.some((block) => block.document === document && block.code.includes(holds)),
  )
  expect(lost.map(({ document, holds }) => `${document}: ${holds}`)).toEqual([])
})

describe.each(modules.map((block, index) => ({ place: placeOf(block), block, file: files[index]! })))(
  'the module at $place',
  ({ block, file }) => {
    test('does what it is there for', async () => {
      const own = checks.filter(({ document, holds }) => block.document === document && block.code.includes(holds))
      // What stands in a package's own README stands at length elsewhere.
      expect(own).toHaveLength(block.document.startsWith('packages/') ? 0 : 1)
      const module = (await import(file)) as Record<string, unknown>
      await own[0]?.run(module)
    })
  },
)
