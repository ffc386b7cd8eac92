import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createPackageFromTarballData, type Package } from '@arethetypeswrong/core'
import type { TestProject } from 'vitest/node'
import { readPackages, type WorkspacePackage } from '../../../scripts/packages.ts'
import { root } from '../../../scripts/run-command.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder with a tarball of every published package, as pnpm packs it. */
    tarballs: string
    /** The same as npm packs it. */
    npmTarballs: string
  }
}

/** Packs every package once with pnpm and once with npm. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-pack-'))
  const npmFolder = join(folder, 'npm')
  mkdirSync(npmFolder)
  const folders = readPackages().map(({ id }) => `./packages/${id}`)
  await Promise.all([
    packPackages(folder),
    run('npm', ['pack', '--silent', ...folders, '--pack-destination', npmFolder]),
  ])
  project.provide('tarballs', folder)
  project.provide('npmTarballs', npmFolder)
  return () => rmSync(folder, { recursive: true, force: true })
}

/** Packs every built package with pnpm, as they are published. */
export function packPackages(folder: string): Promise<void> {
  return run('npx', ['-y', 'pnpm@12.21.0', '--filter', './packages/*', 'pack', '--pack-destination', folder])
}

/** Where a package's tarball lies in the folder of tarballs. */
export function tarballPath(tarballs: string, { manifest }: WorkspacePackage): string {
  return join(tarballs, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`)
}

/** Opens a package's tarball. */
export function readTarball(tarballs: string, entry: WorkspacePackage): { data: Uint8Array; files: Package } {
  const data = new Uint8Array(readFileSync(tarballPath(tarballs, entry)))
  return { data, files: createPackageFromTarballData(data) }
}

async function run(command: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(command, args, { cwd: root, shell: process.platform === 'win32' })
}
