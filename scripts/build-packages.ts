import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeClient } from './bundle-client.ts'
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
    if (!(await compilePackage(entry, join(entry.folder, 'dist')))) return false
    if (entry.id === 'console') await writeClient(entry.folder)
    // pnpm packs the workspace's licence by itself, npm only files in the folder.
    copyFileSync(join(root, 'LICENSE'), join(entry.folder, 'LICENSE'))
  }
  return true
}

/** Compiles one package into a folder. @returns whether it compiled */
export async function compilePackage(entry: WorkspacePackage, outDir: string): Promise<boolean> {
  return (await runTool('tsc', ['-p', writeConfig(entry, outDir)])) === 0
}

/** `tsconfig.build.json` for one package; generated, so that a new package needs no extra file. */
function writeConfig({ id, folder }: WorkspacePackage, outDir: string): string {
  const parent = join(root, 'node_modules', '.cache', 'sallyport-build')
  mkdirSync(parent, { recursive: true })
  const path = join(parent, `${id}.json`)
  const config = {
    extends: join(root, 'tsconfig.build.json'),
    compilerOptions: { rootDir: join(folder, 'src'), outDir },
    include: [join(folder, 'src')],
    exclude: [join(folder, 'src', '**', '*.test.ts')],
  }
  writeFileSync(path, JSON.stringify(config))
  return path
}
