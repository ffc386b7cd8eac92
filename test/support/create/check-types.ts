import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../scripts/run-command.ts'
import { nameOf, type Combination, type ProjectFolder } from './projects.ts'

/** Checks the types of projects with their own settings, all in one program of a compiler. */
export function checkTypes(
  { path }: ProjectFolder,
  combinations: readonly Combination[],
  compiler: 'typescript' | 'typescript5',
): { readonly code: number | null; readonly text: string } {
  const include = combinations.map(nameOf)
  const config = {
    extends: `./${include[0]}/tsconfig.json`,
    compilerOptions: { customConditions: ['@sallyport/source'], typeRoots: [join(root, 'node_modules', '@types')] },
    include,
  }
  writeFileSync(join(path, 'all.json'), JSON.stringify(config))
  const tsc = join(root, 'node_modules', compiler, 'bin', 'tsc')
  const args = [tsc, '--pretty', 'false', '-p', 'all.json']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: path, encoding: 'utf8' })
  return { code: status, text: stdout + stderr }
}
