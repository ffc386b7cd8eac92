import { join } from 'node:path'
import { allow, checkOptions, type OptionRules } from 'sallyport/provider'
import { FleetError } from '../fleet-error.ts'
import { readCurrent, switchCurrent } from './current-link.ts'
import { findPrevious, readHistory, upTo, writeHistory, type History } from './history.ts'
import { mayShareOwner, readOwners, toTaken } from './owner.ts'
import { isDigest } from './plan.ts'
import { listDigests, openStore, readWhole, withLockedStore, type LockedStore } from './release-store.ts'

export interface RollbackOptions {
  /** Name of the deployment. @default the only one below the root */
  readonly name?: string | undefined
  /** Digest of the release to go to; it may be newer. @default the release that was current before */
  readonly to?: string | undefined
  /** Finds and compares the release, switches nothing, and resolves to what a switch would. @default false */
  readonly dryRun?: boolean | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
  /** How long to wait for another process that deploys under this name, in milliseconds. @default 30_000 */
  readonly lockTimeoutMs?: number | undefined
}

const rules: OptionRules<RollbackOptions> = {
  name: allow.anything,
  to: allow.text,
  now: allow.function,
  lockTimeoutMs: allow.number(0),
  dryRun: allow.flag,
}

export interface RolledBack {
  readonly name: string
  /** Digest of the release that is current now. */
  readonly digest: string
  /** The folder of that release. */
  readonly path: string
  /** Digest of the release that was current before. */
  readonly from?: string | undefined
  /** Digest of the release that another `rollback` would go back to. */
  readonly previous?: string | undefined
  /** Whether another release was current before. */
  readonly changed: boolean
  /** Why the switch could not be flushed, as `EIO`. It is made, but a power failure may undo it. */
  readonly unsynced?: string | undefined
}

/**
 * Switches back to the release before the current one, after comparing it with its manifest, file by file. Call it again to
 * go further back.
 *
 * @throws FleetError `NO_RELEASE`, `RELEASE_DAMAGED`, `DEPLOYMENT_TAKEN` when `to` is of another agent, `NAME_INVALID`, `TARGET_UNSAFE`, `DEPLOY_LOCKED`, `DISK_ERROR`
 * @example
 * const { digest } = await rollback('/srv/agents', { name: 'researcher' })
 */
export async function rollback(root: string, options: RollbackOptions = {}): Promise<RolledBack> {
  checkOptions('rollback', options, rules)
  const { name, lockTimeoutMs = 30_000 } = options
  return withLockedStore(
    root,
    async () => openStore(root, name),
    lockTimeoutMs,
    async (store) => rollbackLocked(store, options),
  )
}

async function rollbackLocked(
  store: LockedStore,
  { to, dryRun, now = Date.now }: RollbackOptions,
): Promise<RolledBack> {
  const { folder, releases, name, lock } = store
  const current = await readCurrent(folder)
  const digests = await listDigests(releases)
  const entries = await readHistory(folder)
  const owners = await readOwners(store, digests, entries)
  const exists = (digest: string) => digests.includes(digest) && mayShareOwner(owners, current, digest)
  const past = upTo(entries, current)
  const digest = to ?? findPrevious(past, current, exists)
  if (digest === undefined)
    throw new FleetError('NO_RELEASE', { path: folder.path, detail: 'there is no release before the current one' })
  if (!isDigest(digest) || !digests.includes(digest)) throw new FleetError('NO_RELEASE', { path: digest })
  const agent = owners.get(digest)
  if (!exists(digest)) throw toTaken(name, owners.get(current ?? ''), agent)
  await readWhole(releases, digest)
  await releases.step('found')

  const changed = digest !== current
  let history: History = upTo(past, digest)
  const toResult = (unsynced?: string): RolledBack => ({
    name,
    digest,
    path: join(releases.path, digest),
    from: changed ? current : undefined,
    previous: findPrevious(history, digest, exists),
    changed,
    unsynced,
  })
  if (dryRun) return toResult()
  if (changed && past.every((entry) => entry.digest !== digest)) {
    // It was rolled back before, or is older than the history: it comes after the current one.
    history = [...past, { digest, deployedAt: new Date(now()).toISOString(), agent }]
    await writeHistory(folder, history)
    await folder.step('recorded')
  }
  const unsynced = changed
    ? await switchCurrent(folder, digest, async () => Promise.all([lock.check(), store.check()]))
    : undefined
  // Drops the releases that were rolled back. If that fails, `current` still marks the position.
  if (changed && history.length < past.length) await writeHistory(folder, history).catch(() => undefined)
  return toResult(unsynced)
}
