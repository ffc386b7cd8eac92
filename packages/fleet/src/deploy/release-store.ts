import { join } from 'node:path'
import type { AgentBundle } from '../bundle/agent-bundle.ts'
import { FleetError } from '../fleet-error.ts'
import { checkTree, type ReleaseProblem } from './check-tree.ts'
import { releasesName } from './current-link.ts'
import { checkDeploymentName, isDeploymentName } from './deployment-name.ts'
import { isErrno } from './disk-error.ts'
import { folderMode, isTemporaryName, toTemporaryName } from './files.ts'
import { Folder } from './folder.ts'
import { removeDeadClaims } from './lock.ts'
import { fromManifestName, toManifestName } from './manifest.ts'
import { placeTree } from './place-tree.ts'
import { isDigest, planBundle, toPlan, type FileRecord } from './plan.ts'
import type { Ports } from './ports.ts'
import { removeTree } from './remove-tree.ts'

/** The folders of one deployment: `<root>/<name>`, and `releases` in it. */
export interface ReleaseStore {
  readonly name: string
  readonly folder: Folder
  readonly releases: Folder
  /** @throws FleetError `TARGET_UNSAFE` when the path leads to other folders by now */
  check(): Promise<void>
  close(): Promise<void>
}

/** Opens a deployment, and makes what is missing of it. */
export async function createStore(root: string, name: string, ports: Ports): Promise<ReleaseStore> {
  const rootFolder = await Folder.openRoot(root, { create: true, anchored: ports.anchored })
  try {
    return await toStore(name, await rootFolder.openOrMake(checkDeploymentName(name), folderMode), async (folder) =>
      folder.openOrMake(releasesName, folderMode),
    )
  } finally {
    await rootFolder.close()
  }
}

/**
 * Opens a deployment that exists; without a name, the only one there is.
 *
 * @throws FleetError `NO_RELEASE`, or `NAME_INVALID` when a name is needed to tell which
 */
export async function openStore(root: string, name: string | undefined, ports: Ports): Promise<ReleaseStore> {
  const rootFolder = await Folder.openRoot(root, { create: false, anchored: ports.anchored }).catch(asNoRelease(root))
  try {
    const chosen = name === undefined ? await findOnlyName(rootFolder) : checkDeploymentName(name)
    const path = join(rootFolder.path, chosen)
    return await toStore(chosen, await rootFolder.open(chosen).catch(asNoRelease(path)), async (folder) =>
      folder.open(releasesName).catch(asNoRelease(path)),
    )
  } finally {
    await rootFolder.close()
  }
}

async function toStore(
  name: string,
  folder: Folder,
  openReleases: (folder: Folder) => Promise<Folder>,
): Promise<ReleaseStore> {
  try {
    const releases = await openReleases(folder)
    const close = async () => {
      await releases.close()
      await folder.close()
    }
    const check = async () => {
      await folder.checkPlace()
      await releases.checkPlace()
    }
    return { name, folder, releases, check, close }
  } catch (error) {
    await folder.close()
    throw error
  }
}

async function findOnlyName(root: Folder): Promise<string> {
  const names = await listNames(root)
  if (names.length === 1) return names[0]!
  if (names.length === 0) throw new FleetError('NO_RELEASE', { path: root.path })
  throw new FleetError('NAME_INVALID', {
    detail: `there are several deployments, pass one of them: ${names.join(', ')}`,
  })
}

/** The names under which something was deployed to `root`. */
export async function listNames(root: Folder): Promise<string[]> {
  const names: string[] = []
  for (const name of (await root.names()).toSorted()) {
    if (!isDeploymentName(name) || !(await root.stat(name))?.isDirectory()) continue
    const folder = await root.find(name)
    try {
      if ((await folder?.stat(releasesName))?.isDirectory() === true) names.push(name)
    } finally {
      await folder?.close()
    }
  }
  return names
}

/** The digests whose folder is there. */
export async function listDigests(releases: Folder): Promise<string[]> {
  const names = (await releases.names()).filter(isDigest).toSorted()
  const kinds = await Promise.all(names.map(async (name) => (await releases.stat(name))?.isDirectory() === true))
  return names.filter((_, index) => kinds[index])
}

/** How a release differs from what it should hold; `undefined` when there is none. */
export async function checkRelease(
  releases: Folder,
  digest: string,
  files: readonly FileRecord[],
): Promise<ReleaseProblem[] | undefined> {
  const folder = await releases.find(digest)
  if (folder === undefined) return undefined
  try {
    return await checkTree(folder, toPlan(files))
  } finally {
    await folder.close()
  }
}

export async function writeRelease(releases: Folder, bundle: AgentBundle, ports: Ports): Promise<void> {
  await placeTree(releases, { name: bundle.digest, temporary: toTemporaryName(), plan: planBundle(bundle) }, ports)
}

/** Removes a release: it loses its name first, so that no digest ever names half of one. */
export async function removeRelease(releases: Folder, digest: string, ports: Ports): Promise<void> {
  const aside = toTemporaryName()
  await releases.rename(digest, aside)
  await releases.sync()
  await ports.step('discarded', join(releases.path, aside))
  await removeTree(releases, toManifestName(digest))
  await removeTree(releases, aside)
}

/**
 * Removes what killed processes left: only the owner of the lock writes here, so whatever is not finished is nobody's.
 *
 * @returns what could not be removed
 */
export async function removeLeftovers({ folder, releases }: ReleaseStore): Promise<string[]> {
  await removeDeadClaims(folder)
  const left: string[] = []
  for (const place of [folder, releases]) {
    const names = new Set(await place.names())
    for (const name of names) {
      const orphan = place === releases ? fromManifestName(name) : undefined
      if (!isTemporaryName(name) && (orphan === undefined || names.has(orphan))) continue
      await removeTree(place, name).catch(() => left.push(join(place.path, name)))
    }
  }
  return left
}

function asNoRelease(path: string): (error: unknown) => never {
  return (error) => {
    throw isErrno(error, 'ENOENT') ? new FleetError('NO_RELEASE', { path, cause: error }) : error
  }
}
