import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build, type Metafile } from 'esbuild'
import { clientBuild, toClientFiles, type ClientFiles } from '../packages/console/src/client-files.ts'
import { readManifest } from './packages.ts'
import { root } from './run-command.ts'

/** The client of the console as it is published. */
export interface BundledClient extends ClientFiles {
  /** Folders of the packages in it. */
  readonly packages: readonly string[]
}

/** Bundles the client of the console, minified. */
export async function bundleClient(): Promise<BundledClient> {
  const { outputFiles, metafile } = await build({
    ...clientBuild,
    entryPoints: [...clientBuild.entryPoints],
    absWorkingDir: root,
    minify: true,
    // The licences are written whole.
    legalComments: 'none',
    metafile: true,
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return { ...toClientFiles(outputFiles), packages: listPackages(metafile) }
}

/** Replaces the module that bundles the client by one that holds the bundle: users have no build step, and no esbuild. */
export async function writeClient(folder: string): Promise<void> {
  const { script, style, packages } = await bundleClient()
  const notices = packages.map(toNotice).join('\n\n').replaceAll('*/', '* /')
  const code = `/*! Written by the build, from packages/console/client and these packages:

${notices}
*/
export const readClientFiles = async () => (${JSON.stringify({ script, style }, undefined, 2)})
`
  const types = `/** Script and style of the pages. */
export interface ClientFiles {
  readonly script: string
  readonly style: string
}
/** Reads the client. */
export declare function readClientFiles(): Promise<ClientFiles>
`
  writeFileSync(join(folder, 'dist', 'client-files.js'), code)
  writeFileSync(join(folder, 'dist', 'client-files.d.ts'), types)
}

function listPackages({ inputs }: Metafile): string[] {
  const modules = Object.keys(inputs).filter((path) => path.includes('node_modules/'))
  return [...new Set(modules.map((path) => findPackage(join(root, path))))].toSorted()
}

/** The folder of the package that a file belongs to: the next one with a named manifest. */
function findPackage(path: string): string {
  const folder = dirname(path)
  const isPackage = existsSync(join(folder, 'package.json')) && readManifest(folder).version !== undefined
  return isPackage ? folder : findPackage(folder)
}

function toNotice(folder: string): string {
  const { name, version } = readManifest(folder)
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  return `${name} ${version}\n\n${file === undefined ? 'MIT' : readFileSync(join(folder, file), 'utf8').trim()}`
}
