import { join } from 'node:path'
import type { AgentBundle } from '../bundle/agent-bundle.ts'
import { readCurrent, switchCurrent } from './current-link.ts'
import { toDamage } from './damage.ts'
import { toDeploymentName } from './deployment-name.ts'
import { withDiskErrors } from './disk-error.ts'
import { findPrevious, readHistory, upTo, writeHistory, type HistoryEntry } from './history.ts'
import { acquireLock, type Lock } from './lock.ts'
import { readManifest, toKeptText, toPublisher, writeManifest, type DeploymentPublisher } from './manifest.ts'
import { toRecords, type FileRecord } from './plan.ts'
import { realPorts, type Ports } from './ports.ts'
import { pruneReleases } from './prune.ts'
import {
  checkRelease,
  createStore,
  listDigests,
  removeLeftovers,
  removeRelease,
  writeRelease,
  type ReleaseStore,
} from './release-store.ts'

export interface DeployOptions {
  /**
   * Folder of the deployment below the root: 1 to 64 of `A-Z a-z 0-9 . _ -`. Pass one wherever more than one person can
   * publish: whoever chooses an agent's name would else choose what is replaced.
   *
   * @default the agent's name in lower case, everything but letters and digits as `-`
   */
  readonly name?: string | undefined
  /** Number of releases that stay, the current and the previous one included, which always do. @default 5 */
  readonly keep?: number | undefined
  /** Who published; for the manifest. */
  readonly publisher?: DeploymentPublisher | undefined
  /** Name of the webhook that was run; for the manifest. */
  readonly action?: string | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
  /** How long to wait for another process that is deploying under this name, in milliseconds. @default 30_000 */
  readonly lockTimeoutMs?: number | undefined
}

export interface DeployedBundle {
  readonly name: string
  readonly digest: string
  /** The folder of the release. `current` beside `releases` leads to it until the next switch. */
  readonly path: string
  /** Digest of the release that `rollback` would go back to. */
  readonly previous?: string
  /** Whether another release was current before. */
  readonly changed: boolean
  /** Whether a damaged release of the same digest was replaced. */
  readonly rebuilt: boolean
  /** Digests of the old releases that were removed. */
  readonly pruned: readonly string[]
  /** Paths of what should have been removed, and could not be; the next deployment tries again. */
  readonly leftovers: readonly string[]
}

/**
 * Puts a bundle on disk as `<root>/<name>/releases/<digest>/` and makes `<root>/<name>/current` point to it.
 *
 * `current` is a relative symbolic link (on Windows a file with the path in it) that is replaced in one step, after the
 * release and its manifest `releases/<digest>.json` are complete and flushed. Killed at any point, it leads to the old
 * release or to the new one, and the next deployment removes what was left behind. Deploying what is current already
 * changes nothing. A release of the same digest that is there already is compared with the bundle, file by file: if it is
 * damaged it is written anew, unless it is current. Files get mode 0644 and folders 0755, whatever the archive or the umask
 * says. Deployments under one name wait for each other, across processes.
 *
 * A program that reads several files through `current` while it is switched sees some of either release: let it resolve the
 * link once, when it starts, or give it `path`.
 *
 * @param root folder of all deployments; made if it is missing; not a symbolic link itself
 * @throws FleetError `NAME_INVALID`, `TARGET_UNSAFE` when something in the way is not what it must be, `RELEASE_DAMAGED` when
 * the current release has this digest and was altered, `DEPLOY_LOCKED` after `lockTimeoutMs`, `BUNDLE_ALTERED` when the
 * bundle is not what was read, `DISK_ERROR`; `RangeError` for a `keep` that is not a whole number above 0
 * @example
 * const { path, previous } = await deployBundle(bundle, '/srv/agents', { name: 'researcher', keep: 10 })
 */
export async function deployBundle(
  bundle: AgentBundle,
  root: string,
  options: DeployOptions = {},
): Promise<DeployedBundle> {
  return deployThrough(bundle, root, options, realPorts)
}

export async function deployThrough(
  bundle: AgentBundle,
  root: string,
  options: DeployOptions,
  ports: Ports,
): Promise<DeployedBundle> {
  const { keep = 5, lockTimeoutMs = 30_000 } = options
  if (!Number.isSafeInteger(keep) || keep < 1) throw new RangeError('keep must be a whole number above 0')
  const name = toDeploymentName(options.name, bundle.config.name)
  const files = toRecords(bundle)
  return withDiskErrors(root, async () => {
    const store = await createStore(root, name, ports)
    try {
      const lock = await acquireLock(store.folder, lockTimeoutMs, ports)
      try {
        await ports.step('locked', store.folder.path)
        return await deployLocked(bundle, files, store, { ...options, keep }, lock, ports)
      } finally {
        await lock.release()
      }
    } finally {
      await store.close()
    }
  })
}

async function deployLocked(
  bundle: AgentBundle,
  files: readonly FileRecord[],
  store: ReleaseStore,
  options: DeployOptions & { readonly keep: number },
  lock: Lock,
  ports: Ports,
): Promise<DeployedBundle> {
  const { folder, releases } = store
  const { digest } = bundle
  const leftovers = await removeLeftovers(store)
  const current = await readCurrent(folder)
  const written = await ensureRelease(bundle, files, store, { current, entry: toEntry(digest, options) }, ports)
  const changed = current !== digest
  if (changed) {
    const history = await withCurrent(store, current)
    await writeHistory(folder, [...history, toEntry(digest, options)])
    await ports.step('recorded', folder.path)
    await switchCurrent(folder, digest, async () => Promise.all([lock.check(), store.check()]), ports)
  }
  const digests = await listDigests(releases)
  const history = await readHistory(folder)
  const previous = findPrevious(history, digest, (other) => digests.includes(other))
  await lock.check()
  const { pruned, left } = await pruneReleases(
    store,
    { history, digests, current: digest, previous, keep: options.keep },
    ports,
  )
  return {
    name: store.name,
    digest,
    path: join(releases.path, digest),
    ...(previous === undefined ? undefined : { previous }),
    changed,
    rebuilt: written === 'rebuilt',
    pruned,
    leftovers: [...leftovers, ...left],
  }
}

/** Sees to it that the release is on disk, complete, and its manifest with it. */
async function ensureRelease(
  bundle: AgentBundle,
  files: readonly FileRecord[],
  { releases }: ReleaseStore,
  { current, entry }: { current: string | undefined; entry: HistoryEntry },
  ports: Ports,
): Promise<'found' | 'written' | 'rebuilt'> {
  const { digest } = bundle
  const problems = await checkRelease(releases, digest, files)
  await ports.step('found', releases.path)
  const isDamaged = problems !== undefined && problems.length > 0
  // Whoever altered what is running should be looked for, not covered up; and `current` must not dangle meanwhile.
  if (isDamaged && current === digest) throw toDamage(join(releases.path, digest), problems)
  if (isDamaged) await removeRelease(releases, digest, ports)
  if (problems === undefined || isDamaged || (await readManifest(releases, digest)) === undefined) {
    const { deployedAt, action, publisher } = entry
    await writeManifest(releases, { format: 1, digest, deployedAt, action, publisher, files })
    await ports.step('manifested', releases.path)
  }
  if (problems !== undefined && !isDamaged) return 'found'
  await writeRelease(releases, bundle, ports)
  return isDamaged ? 'rebuilt' : 'written'
}

/** The history up to the current release, which is in it even if the file was lost. */
async function withCurrent({ folder, releases }: ReleaseStore, current: string | undefined): Promise<HistoryEntry[]> {
  const history = [...upTo(await readHistory(folder), current)]
  if (current === undefined || history.at(-1)?.digest === current) return history
  const manifest = await readManifest(releases, current)
  return [...history, { digest: current, deployedAt: manifest?.deployedAt ?? new Date(0).toISOString() }]
}

function toEntry(digest: string, { action, publisher, now = Date.now }: DeployOptions): HistoryEntry {
  const deployedAt = new Date(now()).toISOString()
  return { digest, deployedAt, action: toKeptText(action), publisher: toPublisher(publisher) }
}
