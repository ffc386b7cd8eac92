import { allow, checkOptions } from 'sallyport/provider'
import { join } from 'node:path'
import { FleetError } from '../fleet-error.ts'
import type { ReleaseProblem } from './check-tree.ts'
import { readCurrent } from './current-link.ts'
import { withDiskErrors } from '../disk/disk-error.ts'
import { Folder } from '../disk/folder.ts'
import { findPrevious, readHistory } from './history.ts'
import { readManifest, type ReleaseManifest } from './manifest.ts'
import { mayShareOwner, readOwners } from './owner.ts'
import { sortByRecency } from './prune.ts'
import { compareRelease, listDigests, listNames, openStore, withStore } from './release-store.ts'

/** One version of an agent on disk. */
export interface Release {
  readonly digest: string
  /** Its folder. */
  readonly path: string
  readonly isCurrent: boolean
  /** `undefined` when it is missing, damaged or does not match the digest; `rollback` then rejects the release. */
  readonly manifest?: ReleaseManifest | undefined
}

/** The releases on disk under one name. */
export interface Deployment {
  readonly name: string
  /** `<root>/<name>`, which holds `current` and `releases`. */
  readonly path: string
  /** The release `current` points to. */
  readonly current?: Release | undefined
  /** Digest of the release that `rollback` would go back to. */
  readonly previous?: string | undefined
  /** Most recently deployed first. */
  readonly releases: readonly Release[]
}

/**
 * Reads what is deployed under one name: the current release, the previous one, and all that are kept. Takes no lock.
 *
 * @param name name of the deployment; default: the only one below the root
 * @throws FleetError `NO_RELEASE`, `NAME_INVALID`, `TARGET_UNSAFE`, `DISK_ERROR`
 * @example
 * const { current } = await readDeployment('/srv/agents', 'researcher')
 * console.log(current?.digest, current?.manifest?.publisher?.email)
 */
export async function readDeployment(root: string, name?: string): Promise<Deployment> {
  const open = async () => openStore(root, name)
  return withStore(root, open, async (store) => {
    const { folder, releases } = store
    const history = await readHistory(folder)
    const currentDigest = await readCurrent(folder)
    const digests = await listDigests(releases)
    const owners = await readOwners(store, digests, history)
    const isBefore = (digest: string) => digests.includes(digest) && mayShareOwner(owners, currentDigest, digest)
    const previous = findPrevious(history, currentDigest, isBefore)
    const sorted = await sortByRecency(store, digests, history)
    const list = await Promise.all(
      sorted.map(async (digest): Promise<Release> => {
        const manifest = await readManifest(releases, digest)
        const path = join(releases.path, digest)
        return { digest, path, isCurrent: digest === currentDigest, manifest }
      }),
    )
    const current = list.find(({ isCurrent }) => isCurrent)
    return {
      name: store.name,
      path: folder.path,
      current,
      previous,
      releases: list,
    }
  })
}

/**
 * Lists the releases under one name, most recently deployed first.
 *
 * @param name name of the deployment; default: the only one below the root
 * @throws FleetError as `readDeployment`
 * @example
 * for (const { digest, isCurrent } of await listReleases('/srv/agents', 'researcher')) console.log(digest, isCurrent)
 */
export async function listReleases(root: string, name?: string): Promise<readonly Release[]> {
  return (await readDeployment(root, name)).releases
}

/**
 * Lists the names under which something was deployed, sorted.
 *
 * @throws FleetError `TARGET_UNSAFE`, `DISK_ERROR` when there is no such root
 * @example
 * const names = await listDeployments('/srv/agents')
 */
export async function listDeployments(root: string): Promise<string[]> {
  return withDiskErrors(root, async () => {
    const folder = await Folder.openRoot(root, { create: false })
    try {
      return await listNames(folder)
    } finally {
      await folder.close()
    }
  })
}

/**
 * Compares a release on disk with its manifest, file by file, and reports every difference; none means that it is what was
 * published. Modes and hard links count: a release is as it was written only if nobody can run or change it in a new way. If a
 * mode differs, a file is made beside the release and removed again, to find out whether the disk keeps modes.
 *
 * @param options `digest`: the current release by default; `name`: the only deployment below the root by default
 * @throws FleetError `NO_RELEASE`, `RELEASE_DAMAGED` when there is no manifest to compare with, and those of `readDeployment`
 * @example
 * const problems = await checkRelease('/srv/agents', { name: 'researcher' })
 * if (problems.length > 0) console.error(problems) // [{ path: 'AGENTS.md', problem: 'changed' }]
 */
export async function checkRelease(
  root: string,
  options: { readonly name?: string | undefined; readonly digest?: string | undefined } = {},
): Promise<readonly ReleaseProblem[]> {
  checkOptions('checkRelease', options, { name: allow.anything, digest: allow.text })
  const open = async () => openStore(root, options.name)
  return withStore(root, open, async ({ folder, releases }) => {
    const digest = options.digest ?? (await readCurrent(folder))
    if (digest === undefined || !(await listDigests(releases)).includes(digest)) {
      throw new FleetError('NO_RELEASE', { path: digest ?? folder.path })
    }
    const manifest = await readManifest(releases, digest)
    if (manifest === undefined)
      throw new FleetError('RELEASE_DAMAGED', { path: digest, detail: 'its manifest is missing or damaged' })
    return (await compareRelease(releases, digest, manifest.files)) ?? []
  })
}
