import { join } from 'node:path'
import { allow, checkOptions, type OptionRules } from 'sallyport/provider'
import type { AgentBundle } from '../bundle/agent-bundle.ts'
import { toTemporaryName } from '../disk/files.ts'
import {
  toToolNameInterrupts,
  type InterruptRewrite,
  type ToolNameBundle,
} from '../interrupts/to-tool-name-interrupts.ts'
import { toDamage } from './check-tree.ts'
import { readCurrent, switchCurrent } from './current-link.ts'
import { toDeploymentName } from './deployment-name.ts'
import { findPrevious, readHistory, upTo, writeHistory, type HistoryEntry } from './history.ts'
import {
  readManifest,
  toCommit,
  toKeptText,
  toPublisher,
  writeManifest,
  type FleetPublisher,
  type ReleaseManifest,
} from './manifest.ts'
import type { BundleCommit } from '../pull/context-hub-client.ts'
import { checkOwners, readOwners, toAgentIdentity } from './owner.ts'
import { placeTree } from './place-tree.ts'
import { planBundle, toRecords } from './plan.ts'
import { pruneReleases } from './prune.ts'
import { toPublished } from './published.ts'
import {
  compareRelease,
  createStore,
  listDigests,
  removeLeftovers,
  removeRelease,
  withLockedStore,
  type LockedStore,
  type ReleaseStore,
} from './release-store.ts'

export interface DeployOptions {
  /**
   * Folder of the deployment below the root: 1 to 64 letters and digits of any script, `.`, `_` and `-`. Pass one if more than
   * one person can publish: otherwise the person who names an agent chooses which deployment is replaced.
   *
   * @default made from the agent's name, as `toDeploymentName` does; two agents never share a folder
   */
  readonly name?: string | undefined
  /**
   * Which agent this is. A deployment has one agent; another one is rejected with `DEPLOYMENT_TAKEN`. After an agent was
   * renamed, pass its old name to keep the folder.
   *
   * @default the agent's name
   */
  readonly agent?: string | undefined
  /** Number of releases to keep. The current and the previous one count, and are always kept. @default 5 */
  readonly keep?: number | undefined
  /** Who published; kept in the manifest. */
  readonly publisher?: FleetPublisher | undefined
  /** Name of the webhook that was run; kept in the manifest. */
  readonly action?: string | undefined
  /** The commit the bundle was pulled from, see `pullBundle`; kept in the manifest. */
  readonly commit?: BundleCommit | undefined
  /**
   * How interrupts are written. `tool-names`: under the bare names of tools, the only form that the runtime obeys; the manifest
   * keeps the original (`published`). `as-published`: unchanged, so approvals as Fleet exports them have no effect.
   *
   * @default 'as-published'
   */
  readonly interrupts?: 'as-published' | 'tool-names' | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
  /** How long to wait for another process that deploys under this name, in milliseconds. @default 30_000 */
  readonly lockTimeoutMs?: number | undefined
}

const rules: OptionRules<DeployOptions> = {
  // Checked as names: they have their own codes.
  name: allow.anything,
  agent: allow.anything,
  keep: allow.integer(1, Number.MAX_SAFE_INTEGER),
  publisher: allow.record,
  action: allow.text,
  commit: allow.record,
  interrupts: allow.oneOf('as-published', 'tool-names'),
  now: allow.function,
  lockTimeoutMs: allow.number(0),
}

export interface DeployedBundle {
  readonly name: string
  /** Of the files on disk. With `interrupts: 'tool-names'` it may differ from the digest of the bundle. */
  readonly digest: string
  /** Digest of the bundle, when other files were written; the manifest of the release has the original of them. */
  readonly published?: string | undefined
  /** The interrupts that were put under the names of their tools, if any. */
  readonly rewrites?: readonly InterruptRewrite[] | undefined
  /** The folder of the release. `current` beside `releases` leads to it until the next switch. */
  readonly path: string
  /** Digest of the release that `rollback` would go back to. */
  readonly previous?: string | undefined
  /** Whether another release was current before. */
  readonly changed: boolean
  /** Whether a damaged release of the same digest was replaced. */
  readonly rebuilt: boolean
  /** Digests of the old releases that were removed. */
  readonly pruned: readonly string[]
  /** Paths that could not be removed; the next deployment tries again. */
  readonly leftovers: readonly string[]
  /** Why the switch could not be flushed, as `EIO`. It is made, but a power failure may undo it. */
  readonly unsynced?: string | undefined
}

/**
 * Writes a bundle to `<root>/<name>/releases/<digest>/` and makes `<root>/<name>/current` point to it.
 *
 * `current` is a relative symbolic link (on Windows a file with the path in it). It is replaced in one step, after the
 * release and its manifest `releases/<digest>.json` are complete and flushed. If the process is killed at any point,
 * `current` leads to the old release or to the new one, and the next deployment removes what was left behind.
 *
 * Deploying the current bundle again changes nothing. An existing release of the same digest is compared with the bundle, file
 * by file, modes and hard links too; a damaged one is written again, unless it is current. Files get mode 0644 and folders 0755,
 * whatever the archive or the umask says. Deployments under one name wait for each other, across processes.
 *
 * A program that reads several files through `current` during a switch sees files of both releases. Let it resolve the link
 * once, when it starts, or give it `path`.
 *
 * @param root folder of all deployments; created if missing; must not itself be a symbolic link
 * @throws FleetError `NAME_INVALID`; `DEPLOYMENT_TAKEN` when the folder is of another agent; `TARGET_UNSAFE` when a path is not
 * the file or folder it must be; `RELEASE_DAMAGED` when
 * the current release has this digest and was altered; `DEPLOY_LOCKED` after `lockTimeoutMs`; `BUNDLE_ALTERED` when the
 * bundle changed after it was read; `DISK_ERROR`
 * @throws SallyportError `OPTION_INVALID` for a `keep` that is not a whole number above 0, or an unknown form of `interrupts`
 * @example
 * const { path, previous } = await deployBundle(bundle, '/srv/agents', { name: 'researcher', keep: 10 })
 */
export async function deployBundle(
  bundle: AgentBundle,
  root: string,
  options: DeployOptions = {},
): Promise<DeployedBundle> {
  checkOptions('deployBundle', options, rules)
  const { keep = 5, lockTimeoutMs = 30_000 } = options
  const { agent = bundle.config.name } = options
  const name = toDeploymentName(options.name, agent)
  // Checks the bundle before it is taken apart.
  toRecords(bundle)
  const { bundle: written, rewrites } = await toWritten(bundle, options.interrupts)
  const published = toPublished(bundle, written)
  const files = toRecords(written)
  const deployed = await withLockedStore(
    root,
    async () => createStore(root, name),
    lockTimeoutMs,
    async (store) =>
      deployLocked(written, { files, published }, store, { ...options, keep, agent: toAgentIdentity(agent) }),
  )
  return published === undefined ? deployed : { ...deployed, published: published.digest, rewrites }
}

async function toWritten(
  bundle: AgentBundle,
  form: DeployOptions['interrupts'] = 'as-published',
): Promise<ToolNameBundle> {
  return form === 'tool-names' ? toToolNameInterrupts(bundle) : { bundle, rewrites: [] }
}

/** The list of files of a release, and the original of those that were rewritten. */
type Listing = Pick<ReleaseManifest, 'files' | 'published'>

async function deployLocked(
  bundle: AgentBundle,
  listing: Listing,
  store: LockedStore,
  options: DeployOptions & { readonly keep: number; readonly agent: string },
): Promise<DeployedBundle> {
  const { folder, releases, lock } = store
  const { digest } = bundle
  const { agent } = options
  // Before anything is removed.
  const owners = await readOwners(store, await listDigests(releases), await readHistory(folder))
  checkOwners(store.name, agent, owners)
  const leftovers = await removeLeftovers(store)
  const current = await readCurrent(folder)
  const outcome = await ensureRelease(bundle, listing, store, { current, entry: toEntry(digest, options) })
  const changed = current !== digest
  let unsynced: string | undefined
  if (changed) {
    const history = await withCurrent(store, current)
    await writeHistory(folder, [...history, toEntry(digest, options)])
    await folder.step('recorded')
    unsynced = await switchCurrent(folder, digest, async () => Promise.all([lock.check(), store.check()]))
  }
  const digests = await listDigests(releases)
  const history = await readHistory(folder)
  const previous = findPrevious(history, digest, (other) => digests.includes(other))
  await lock.check()
  // A release that nothing says the agent of may be anybody's: it stays.
  const own = digests.filter((each) => each === digest || owners.get(each) === agent)
  const state = { history, digests: own, current: digest, previous, keep: options.keep }
  const { pruned, left } = await pruneReleases(store, state)
  return {
    name: store.name,
    digest,
    path: join(releases.path, digest),
    previous,
    changed,
    rebuilt: outcome === 'rebuilt',
    pruned,
    leftovers: [...leftovers, ...left],
    unsynced,
  }
}

/** Makes sure that the release is on disk, complete and with its manifest. */
async function ensureRelease(
  bundle: AgentBundle,
  { files, published }: Listing,
  { releases }: ReleaseStore,
  { current, entry }: { current: string | undefined; entry: HistoryEntry },
): Promise<'found' | 'written' | 'rebuilt'> {
  const { digest } = bundle
  const problems = await compareRelease(releases, digest, files)
  await releases.step('found')
  const isDamaged = problems !== undefined && problems.length > 0
  // The running release was altered: report it instead of hiding it. And `current` must never dangle.
  if (isDamaged && current === digest) throw toDamage(join(releases.path, digest), problems)
  if (isDamaged) await removeRelease(releases, digest)
  if (problems === undefined || isDamaged || (await readManifest(releases, digest)) === undefined) {
    await writeManifest(releases, { format: 1, ...entry, digest, published, files })
    await releases.step('manifested')
  }
  if (problems !== undefined && !isDamaged) return 'found'
  await placeTree(releases, { name: digest, temporary: toTemporaryName(), plan: planBundle(bundle) })
  await releases.sync()
  return isDamaged ? 'rebuilt' : 'written'
}

/** The history up to the current release, which is in it even if the file was lost. */
async function withCurrent({ folder, releases }: ReleaseStore, current: string | undefined): Promise<HistoryEntry[]> {
  const history = [...upTo(await readHistory(folder), current)]
  if (current === undefined || history.at(-1)?.digest === current) return history
  const manifest = await readManifest(releases, current)
  return [
    ...history,
    { digest: current, deployedAt: manifest?.deployedAt ?? new Date(0).toISOString(), agent: manifest?.agent },
  ]
}

function toEntry(digest: string, { agent, action, publisher, commit, now = Date.now }: DeployOptions): HistoryEntry {
  const deployedAt = new Date(now()).toISOString()
  return {
    digest,
    deployedAt,
    agent,
    action: toKeptText(action),
    publisher: toPublisher(publisher),
    commit: toCommit(commit),
  }
}
