import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readManifest, readPackages } from './packages.ts'
import { root } from './run-command.ts'

/** A package from a registry, with the licence that its manifest names. */
export interface LicensedPackage {
  readonly name: string
  readonly version: string
  readonly licence: string
}

/** A package that an installation of Sallyport brings. */
export interface ShippedPackage extends LicensedPackage {
  /** The packages of Sallyport that bring it. */
  readonly broughtBy: readonly string[]
}

// These name no licence in their manifest; their README or LICENSE file does.
const namedElsewhere: Readonly<Record<string, string>> = { 'only@0.0.2': 'MIT' }

/** Every package that npm installs with a package of Sallyport, without peers, sorted by name. */
export function listShipped(): ShippedPackage[] {
  const own = readPackages()
  const ownNames = new Set(own.map(({ manifest }) => manifest.name))
  const bringers = new Map<string, Set<string>>()
  for (const { folder, manifest } of own) {
    for (const found of closure(folder, ownNames)) {
      if (!bringers.has(found)) bringers.set(found, new Set())
      bringers.get(found)!.add(manifest.name)
    }
  }
  return [...bringers]
    .map(([folder, names]) => ({ ...readLicensed(folder), broughtBy: [...names].toSorted() }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/** Every package installed in this workspace, tools for development included. */
export function listInstalled(): LicensedPackage[] {
  const store = join(root, 'node_modules', '.pnpm')
  return readdirSync(store)
    .map((entry) => join(store, entry, 'node_modules'))
    .filter((modules) => existsSync(modules))
    .flatMap((modules) => listModules(modules))
    .map((folder) => readLicensed(folder))
}

/** The folders that a package's dependencies lead to, its own packages only passed through. */
function closure(start: string, own: ReadonlySet<string>): Set<string> {
  const seen = new Set<string>()
  const visit = (folder: string): void => {
    for (const name of Object.keys(readManifest(folder).dependencies ?? {})) {
      const found = findModule(name, folder)
      if (seen.has(found)) continue
      seen.add(found)
      visit(found)
    }
  }
  visit(start)
  return new Set([...seen].filter((folder) => !own.has(readManifest(folder).name)))
}

/** Where Node finds a package from a folder. */
function findModule(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
    if (folder === dirname(folder)) throw new Error(`${name} is not installed for ${from}`)
  }
}

/** The packages that lie in a folder itself; links lead to other packages. */
function listModules(modules: string): string[] {
  return readdirSync(modules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      name.startsWith('@')
        ? listModules(join(modules, name))
        : existsSync(join(modules, name, 'package.json'))
          ? [join(modules, name)]
          : [],
    )
}

function readLicensed(folder: string): LicensedPackage {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string
    version: string
    license?: unknown
  }
  const { name, version, license } = manifest
  const licence = typeof license === 'string' ? license : namedElsewhere[`${name}@${version}`]
  return { name, version, licence: licence ?? 'none named' }
}
