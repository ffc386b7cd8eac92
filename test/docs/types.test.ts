import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../scripts/run-command.ts'
import { listBlocks, writeBlocks } from './blocks.ts'

test('every TypeScript block type-checks under the options of this workspace', () => {
  const blocks = listBlocks()
  const files = [...writeBlocks('types', blocks), join(import.meta.dirname, 'stubs.d.ts')]
  const config = join(dirname(files[0]!), 'tsconfig.json')
  // A block may end before its last name is used.
  const compilerOptions = { noUnusedLocals: false }
  writeFileSync(config, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, files, include: [] }))

  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', config], { cwd: root, encoding: 'utf8' })

  expect(blocks.length).toBeGreaterThan(20)
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 })
})
