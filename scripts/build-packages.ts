import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPackages, type WorkspacePackage } from './packages.ts'
import { root, runTool } from './run-command.ts'

/**
 * Compiles every published package into its `dist`, each against the built types of those it depends on.
 *
 * @returns whether all compiled
 */
export async function buildPackages(): Promise<boolean> {
  const packages = readPackages()
  // All of them first: what is left of an earlier build must not stand in for a type that is gone.
  for (const { folder } of packages) rmSync(join(folder, 'dist'), { recursive: true, force: true })
  for (const entry of packages) {
    console.log(entry.manifest.name)
    if ((await runTool('tsc', ['-p', writeConfig(entry)])) !== 0) return false
    // pnpm packs the workspace's licence by itself, npm only what lies in the folder.
    copyFileSync(join(root, 'LICENSE'), join(entry.folder, 'LICENSE'))
  }
  return true
}

/** `tsconfig.build.json` aimed at one package; generated, so that a new package needs no file of its own. */
function writeConfig({ id, folder }: WorkspacePackage): string {
  const parent = join(root, 'node_modules', '.cache', 'sallyport-build')
  mkdirSync(parent, { recursive: true })
  const path = join(parent, `${id}.json`)
  const config = {
    extends: join(root, 'tsconfig.build.json'),
    compilerOptions: { rootDir: join(folder, 'src'), outDir: join(folder, 'dist') },
    include: [join(folder, 'src')],
    exclude: [join(folder, 'src', '**', '*.test.ts')],
  }
  writeFileSync(path, JSON.stringify(config))
  return path
}
