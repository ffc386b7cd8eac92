import { join } from 'node:path'
import { FleetError } from '../fleet-error.ts'
import { readCurrent, switchCurrent } from './current-link.ts'
import { toDamage } from './damage.ts'
import { withDiskErrors } from './disk-error.ts'
import { findPrevious, readHistory, upTo, writeHistory, type History } from './history.ts'
import { acquireLock, type Lock } from './lock.ts'
import { readManifest } from './manifest.ts'
import { isDigest } from './plan.ts'
import { realPorts, type Ports } from './ports.ts'
import { checkRelease, listDigests, openStore, type ReleaseStore } from './release-store.ts'

export interface RollbackOptions {
  /** Name of the deployment. @default the only one below the root */
  readonly name?: string | undefined
  /** Digest of the release to go to, also a newer one. @default the one that was current before the current one */
  readonly to?: string | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
  /** How long to wait for another process that is deploying under this name, in milliseconds. @default 30_000 */
  readonly lockTimeoutMs?: number | undefined
}

export interface RolledBack {
  readonly name: string
  /** Of the release that is current now. */
  readonly digest: string
  /** The folder of that release. */
  readonly path: string
  /** Digest of the release that was current before. */
  readonly from?: string
  /** Digest of the release that another `rollback` would go back to. */
  readonly previous?: string
  /** Whether another release was current before. */
  readonly changed: boolean
}

/**
 * Makes the release before the current one current again, after comparing it with its manifest, file by file. Repeated, it
 * goes further back.
 *
 * @throws FleetError `NO_RELEASE`, `RELEASE_DAMAGED`, `NAME_INVALID`, `TARGET_UNSAFE`, `DEPLOY_LOCKED`, `DISK_ERROR`
 * @example
 * const { digest } = await rollback('/srv/agents', { name: 'researcher' })
 */
export async function rollback(root: string, options: RollbackOptions = {}): Promise<RolledBack> {
  return rollbackThrough(root, options, realPorts)
}

export async function rollbackThrough(root: string, options: RollbackOptions, ports: Ports): Promise<RolledBack> {
  const { lockTimeoutMs = 30_000 } = options
  return withDiskErrors(root, async () => {
    const store = await openStore(root, options.name, ports)
    try {
      const lock = await acquireLock(store.folder, lockTimeoutMs, ports)
      try {
        await ports.step('locked', store.folder.path)
        return await rollbackLocked(store, options, lock, ports)
      } finally {
        await lock.release()
      }
    } finally {
      await store.close()
    }
  })
}

async function rollbackLocked(
  store: ReleaseStore,
  { to, now = Date.now }: RollbackOptions,
  lock: Lock,
  ports: Ports,
): Promise<RolledBack> {
  const { folder, releases, name } = store
  const current = await readCurrent(folder)
  const digests = await listDigests(releases)
  const exists = (digest: string) => digests.includes(digest)
  const past = upTo(await readHistory(folder), current)
  const digest = to ?? findPrevious(past, current, exists)
  if (digest === undefined)
    throw new FleetError('NO_RELEASE', { path: folder.path, detail: 'none is older than the current one' })
  if (!isDigest(digest) || !exists(digest)) throw new FleetError('NO_RELEASE', { path: digest })
  await checkWhole(store, digest)
  await ports.step('found', releases.path)

  const changed = digest !== current
  let history: History = upTo(past, digest)
  if (changed && past.every((entry) => entry.digest !== digest)) {
    // One that was rolled back before, or is older than the history: it comes after the current one.
    history = [...past, { digest, deployedAt: new Date(now()).toISOString() }]
    await writeHistory(folder, history)
    await ports.step('recorded', folder.path)
  }
  if (changed) await switchCurrent(folder, digest, async () => Promise.all([lock.check(), store.check()]), ports)
  // What was rolled back is the past of nothing any more. Until that is written `current` says so.
  if (changed && history.length < past.length) await writeHistory(folder, history).catch(() => undefined)
  const previous = findPrevious(history, digest, exists)
  return {
    name,
    digest,
    path: join(releases.path, digest),
    ...(current === undefined || !changed ? undefined : { from: current }),
    ...(previous === undefined ? undefined : { previous }),
    changed,
  }
}

async function checkWhole({ releases }: ReleaseStore, digest: string): Promise<void> {
  const path = join(releases.path, digest)
  const manifest = await readManifest(releases, digest)
  if (manifest === undefined) throw toDamage(path, [])
  const problems = await checkRelease(releases, digest, manifest.files)
  if (problems === undefined) throw new FleetError('NO_RELEASE', { path })
  if (problems.length > 0) throw toDamage(path, problems)
}
