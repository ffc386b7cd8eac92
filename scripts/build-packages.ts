import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPackages, type WorkspacePackage } from './packages.ts'
import { root, runTool } from './run-command.ts'

/**
 * Compiles every published package into its `dist`, each against the built types of its dependencies.
 *
 * @returns whether all compiled
 */
export async function buildPackages(): Promise<boolean> {
  const packages = readPackages()
  // Remove all first: an earlier build must not supply a type that no longer exists.
  for (const { folder } of packages) rmSync(join(folder, 'dist'), { recursive: true, force: true })
  for (const entry of packages) {
    console.log(entry.manifest.name)
    if ((await runTool('tsc', ['-p', writeConfig(entry)])) !== 0) return false
    // pnpm packs the workspace's licence by itself, npm only files in the folder.
    copyFileSync(join(root, 'LICENSE'), join(entry.folder, 'LICENSE'))
  }
  return true
}

/** `tsconfig.build.json` for one package; generated, so that a new package needs no extra file. */
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
