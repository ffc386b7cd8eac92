import { createHash, randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { invalidValue, SandboxError } from '../error.ts'
import type { HubCommit } from '../state/state.ts'
import type { Store } from '../state/store.ts'
import type { Repos, RepoType } from './repos.ts'

/** A path that a commit changed, as on the wire. */
export interface FileChange {
  readonly path: string
  readonly action: 'added' | 'modified' | 'removed'
}

/** The commits of all repositories. */
export interface Commits {
  /** Newest first. */
  list(): readonly HubCommit[]
  /**
   * Commits the folder as it is now.
   *
   * @throws SandboxError `NOT_FOUND`; `VALUE_INVALID` when nothing changed since the last commit
   */
  make(type: RepoType, handle: string, author: string): Promise<{ commit: HubCommit; changes: readonly FileChange[] }>
  /**
   * Finds a commit by its hash, of 8 digits or more. Without one the latest; a repository that was never committed answers
   * with its folder as it is now.
   *
   * @throws SandboxError `NOT_FOUND`
   */
  find(type: RepoType, handle: string, version: string | undefined): Promise<HubCommit>
}

const mostCommits = 100
const mostBytes = 16 * 1024 * 1024
const shortestHash = 8

/** Creates the commits of the repositories on disk. */
export function createCommits(store: Store, clock: Clock, repos: Repos): Commits {
  const { commits } = store.state.langsmith
  const latest = (type: RepoType, handle: string): HubCommit | undefined =>
    commits.findLast((commit) => commit.type === type && commit.handle === handle)

  async function snapshot(type: RepoType, handle: string, author: string): Promise<HubCommit> {
    const files = await repos.read(type, handle)
    const parent = latest(type, handle)?.hash
    const createdAt = new Date(clock.now()).toISOString()
    return { id: randomUUID(), type, handle, hash: hashOf(parent, files), parent, author, createdAt, files }
  }

  return {
    list: () => commits.toReversed(),
    async make(type, handle, author) {
      const before = latest(type, handle)?.files ?? {}
      const commit = await snapshot(type, handle, author)
      const changes = compare(before, commit.files)
      if (changes.length === 0) throw invalidValue(handle, 'has no change since its last commit')
      commits.push(commit)
      forgetOld(commits)
      store.changed()
      return { commit, changes }
    },
    async find(type, handle, version) {
      if (version === undefined || version === 'latest') return latest(type, handle) ?? snapshot(type, handle, '')
      const isMeant = (commit: HubCommit): boolean =>
        commit.type === type && commit.handle === handle && commit.hash.startsWith(version.toLowerCase())
      const found = version.length < shortestHash ? undefined : commits.findLast(isMeant)
      if (found !== undefined) return found
      throw new SandboxError('NOT_FOUND', `there is no commit ${version} of ${type} ${handle}`)
    },
  }
}

// As in the Context Hub, equal content after the same parent has the same hash.
function hashOf(parent: string | undefined, files: Readonly<Record<string, string>>): string {
  return createHash('sha256')
    .update(JSON.stringify([parent ?? null, Object.entries(files)]))
    .digest('hex')
}

function compare(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): FileChange[] {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  return paths.flatMap((path): FileChange[] => {
    if (before[path] === after[path]) return []
    if (before[path] === undefined) return [{ path, action: 'added' }]
    return [{ path, action: after[path] === undefined ? 'removed' : 'modified' }]
  })
}

function forgetOld(commits: HubCommit[]): void {
  const sizeOf = ({ files }: HubCommit): number => Object.values(files).reduce((sum, text) => sum + text.length, 0)
  let bytes = commits.reduce((sum, commit) => sum + sizeOf(commit), 0)
  while (commits.length > mostCommits || (bytes > mostBytes && commits.length > 1)) bytes -= sizeOf(commits.shift()!)
}
