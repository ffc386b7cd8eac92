import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { root } from '../../../scripts/run-command.ts'
import { startServer, type RunningServer } from '../packaging/start-server.ts'
import { installFolder } from './install-host.ts'

/** A folder in which the packages of a host are found. */
export interface HostFolder {
  readonly folder: string
  /** Where a package of the host is. */
  find(path: string): string
  write(file: string, text: string): void
  remove(): void
}

/** Makes an empty folder beside the packages of `test/hosts/<name>`. */
export async function createHostFolder(name: string): Promise<HostFolder> {
  const installed = await installFolder(name)
  const folder = join(installed, 'runs', randomUUID())
  mkdirSync(folder, { recursive: true })
  return {
    folder,
    find: (path) => join(installed, 'node_modules', path),
    write(file, text) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Bundles a program of this workspace from its sources, without the packages of its host. */
export async function bundleProgram(code: string, external: readonly string[]): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    platform: 'node',
    external: [...external],
    conditions: ['@sallyport/source'],
    logLevel: 'error',
  })
  return outputFiles[0]!.text
}

/** Starts a program in the folder of a host, with `PORT` set, and waits until it answers there. */
export function startInHost(
  { folder }: HostFolder,
  file: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<RunningServer> {
  return startServer(process.execPath, file, folder, env, args)
}
