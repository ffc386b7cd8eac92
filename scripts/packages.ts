import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run-command.ts'

/** Where one entry point leads, by condition; `./package.json` leads to a file. */
export type ExportsMap = Readonly<Record<string, string | Readonly<Record<string, string>>>>

/** The parts of a manifest that building and packing read. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports: ExportsMap
  readonly publishConfig?: object
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** A published package of this workspace. */
export interface WorkspacePackage {
  /** Its folder inside `packages`. */
  readonly id: string
  readonly folder: string
  readonly manifest: Manifest
}

/** Every published package, each after its dependencies. */
export function readPackages(): WorkspacePackage[] {
  const parent = join(root, 'packages')
  const found = readdirSync(parent)
    .map((id) => ({ id, folder: join(parent, id) }))
    .filter(({ folder }) => existsSync(join(folder, 'package.json')))
    .map((place) => ({ ...place, manifest: readManifest(place.folder) }))
    .filter(({ manifest }) => manifest.private !== true)
  return sortByDependency(found)
}

/** Reads the `package.json` of a folder. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

function sortByDependency(packages: readonly WorkspacePackage[]): WorkspacePackage[] {
  const sorted: WorkspacePackage[] = []
  let waiting = [...packages]
  while (waiting.length > 0) {
    const names = new Set(waiting.map(({ manifest }) => manifest.name))
    const ready = waiting.filter(({ manifest }) => !dependencyNames(manifest).some((name) => names.has(name)))
    if (ready.length === 0) throw new Error(`Packages depend on each other: ${[...names].join(', ')}`)
    sorted.push(...ready)
    waiting = waiting.filter((candidate) => !ready.includes(candidate))
  }
  return sorted
}

function dependencyNames({ dependencies, peerDependencies }: Manifest): string[] {
  return Object.keys({ ...dependencies, ...peerDependencies })
}
