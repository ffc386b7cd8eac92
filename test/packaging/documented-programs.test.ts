import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { root } from '../../scripts/run-command.ts'

// As a new project has them: the settings that each compiler itself writes, against what is published. With what the comments
// in them say for Node, and with imports of `.ts` files, which Node needs in a program of several files.
describe.each(['typescript', 'typescript5'])('the examples, with the settings of tsc --init of %s', (compiler) => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-init-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const tsc = (...args: string[]): { stdout: string; status: number | null } => {
    const program = join(root, 'node_modules', compiler, 'bin', 'tsc')
    const { stdout, status } = spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8' })
    return { stdout, status }
  }

  it('type-check', () => {
    expect(tsc('--init').status).toBe(0)
    writeFileSync(
      join(folder, 'examples.json'),
      JSON.stringify({
        extends: './tsconfig.json',
        compilerOptions: {
          noEmit: true,
          allowImportingTsExtensions: true,
          types: ['node'],
          typeRoots: [join(root, 'node_modules', '@types')],
        },
        include: [
          join(root, 'examples'),
          join(root, 'test', 'support', 'docs', 'stubs.d.ts'),
          // What a program exports, their declarations must be able to name.
          join(root, 'test', 'support', 'packaging', 'exported.ts'),
        ],
      }),
    )
    expect(tsc('--pretty', 'false', '-p', 'examples.json')).toEqual({ stdout: '', status: 0 })
  })
})
