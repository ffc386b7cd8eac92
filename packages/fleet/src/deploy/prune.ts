import { join } from 'node:path'
import type { History } from './history.ts'
import { readManifest } from './manifest.ts'
import { removeRelease, type ReleaseStore } from './release-store.ts'

export interface PruneState {
  readonly history: History
  /** Of all releases on disk. */
  readonly digests: readonly string[]
  readonly current: string
  readonly previous: string | undefined
  /** Number of releases to keep. */
  readonly keep: number
}

/** Removes the least recently deployed releases, but never the current and the previous one. */
export async function pruneReleases(
  store: ReleaseStore,
  { history, digests, current, previous, keep }: PruneState,
): Promise<{ pruned: string[]; left: string[] }> {
  const kept = digests.filter((digest) => digest === current || digest === previous)
  const others = digests.filter((digest) => !kept.includes(digest))
  const pruned: string[] = []
  const left: string[] = []
  for (const digest of (await sortByRecency(store, others, history)).slice(Math.max(0, keep - kept.length))) {
    try {
      await removeRelease(store.releases, digest)
      pruned.push(digest)
    } catch {
      // The deployment succeeded; an old release that cannot be removed must not make it fail.
      left.push(join(store.releases.path, digest))
    }
  }
  return { pruned, left }
}

/** Most recently deployed first: by the history, and those rolled back by the time in their manifest. */
export async function sortByRecency(
  { releases }: ReleaseStore,
  digests: readonly string[],
  history: History,
): Promise<string[]> {
  const ranked = await Promise.all(
    digests.map(async (digest) => ({
      digest,
      position: history.findLastIndex((entry) => entry.digest === digest),
      deployedAt: (await readManifest(releases, digest))?.deployedAt ?? '',
    })),
  )
  ranked.sort((left, right) => right.position - left.position || compareText(right.deployedAt, left.deployedAt))
  return ranked.map(({ digest }) => digest)
}

function compareText(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
