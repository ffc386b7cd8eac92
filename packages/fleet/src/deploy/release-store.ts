import { join } from 'node:path'
import { FleetError } from '../fleet-error.ts'
import { checkTree, toDamage, type ReleaseProblem } from './check-tree.ts'
import { releasesName } from './current-link.ts'
import { checkDeploymentName, isDeploymentName } from './deployment-name.ts'
import { isErrno, withDiskErrors } from '../disk/disk-error.ts'

import { Folder } from '../disk/folder.ts'
import { acquireLock, removeDeadClaims, type Lock } from './lock.ts'
import { fromManifestName, readManifest, toManifestName, type ReleaseManifest } from './manifest.ts'
import { isDigest, toPlan, type FileRecord } from './plan.ts'
import { removeTree } from '../disk/remove-tree.ts'
import { folderMode, isTemporaryName, toTemporaryName } from '../disk/files.ts'

/** The folders of one deployment: `<root>/<name>`, and `releases` in it. */
export interface ReleaseStore {
  readonly name: string
  readonly folder: Folder
  readonly releases: Folder
  /** @throws FleetError `TARGET_UNSAFE` when the path now leads to other folders */
  check(): Promise<void>
  close(): Promise<void>
}

/** A deployment whose lock this process holds. */
export interface LockedStore extends ReleaseStore {
  readonly lock: Lock
}

/** Opens a deployment, works on it, closes it. System errors become `DISK_ERROR`. */
export async function withStore<Result>(
  root: string,
  open: () => Promise<ReleaseStore>,
  work: (store: ReleaseStore) => Promise<Result>,
): Promise<Result> {
  return withDiskErrors(root, async () => {
    const store = await open()
    try {
      return await work(store)
    } finally {
      await store.close()
    }
  })
}

/** As `withStore`, holding the lock of the deployment. */
export async function withLockedStore<Result>(
  root: string,
  open: () => Promise<ReleaseStore>,
  lockTimeoutMs: number,
  work: (store: LockedStore) => Promise<Result>,
): Promise<Result> {
  return withStore(root, open, async (store) => {
    const lock = await acquireLock(store.folder, lockTimeoutMs)
    try {
      await store.folder.step('locked')
      return await work({ ...store, lock })
    } finally {
      await lock.release()
    }
  })
}

/** Opens a deployment, and creates what is missing. */
export async function createStore(root: string, name: string): Promise<ReleaseStore> {
  const rootFolder = await Folder.openRoot(root, { create: true })
  try {
    return await toStore(name, await rootFolder.openOrMake(checkDeploymentName(name), folderMode), async (folder) =>
      folder.openOrMake(releasesName, folderMode),
    )
  } finally {
    await rootFolder.close()
  }
}

/**
 * Opens an existing deployment; without a name, the only one.
 *
 * @throws FleetError `NO_RELEASE`, or `NAME_INVALID` when there are several and no name was given
 */
export async function openStore(root: string, name: string | undefined): Promise<ReleaseStore> {
  const rootFolder = await Folder.openRoot(root, { create: false }).catch(asNoRelease(root))
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

/** The names of all deployments below `root`. */
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

/** The digests that have a folder. */
export async function listDigests(releases: Folder): Promise<string[]> {
  const names = (await releases.names()).filter(isDigest).toSorted()
  const kinds = await Promise.all(names.map(async (name) => (await releases.stat(name))?.isDirectory() === true))
  return names.filter((_, index) => kinds[index])
}

/** The differences between a release and its list of files; `undefined` when there is no release. */
export async function compareRelease(
  releases: Folder,
  digest: string,
  files: readonly FileRecord[],
): Promise<ReleaseProblem[] | undefined> {
  const folder = await releases.find(digest)
  if (folder === undefined) return undefined
  try {
    return await checkTree(folder, toPlan(files), releases)
  } finally {
    await folder.close()
  }
}

/**
 * Reads the manifest of a release that is as the manifest says.
 *
 * @throws FleetError `NO_RELEASE`; `RELEASE_DAMAGED` when the files or the manifest were changed
 */
export async function readWhole(releases: Folder, digest: string): Promise<ReleaseManifest> {
  const path = join(releases.path, digest)
  const manifest = await readManifest(releases, digest)
  if (manifest === undefined) throw toDamage(path, [])
  const problems = await compareRelease(releases, digest, manifest.files)
  if (problems === undefined) throw new FleetError('NO_RELEASE', { path })
  if (problems.length > 0) throw toDamage(path, problems)
  return manifest
}

/** Removes a release. It is renamed first, so that a digest never names half a release. */
export async function removeRelease(releases: Folder, digest: string): Promise<void> {
  const aside = toTemporaryName()
  try {
    await releases.rename(digest, aside)
  } catch (error) {
    // An overlay file system cannot rename a folder of its lower layer. Without its manifest, half a release is no release.
    if (!isErrno(error, 'EXDEV')) throw error
    await removeTree(releases, toManifestName(digest))
    await removeTree(releases, digest)
    return releases.sync()
  }
  await releases.sync()
  await releases.step('discarded', aside)
  await removeTree(releases, toManifestName(digest))
  await removeTree(releases, aside)
}

/**
 * Removes what killed processes left behind. Only the owner of the lock writes here, so nothing unfinished is in use.
 *
 * @returns the paths that could not be removed
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
