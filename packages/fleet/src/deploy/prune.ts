import { join } from 'node:path'
import type { History } from './history.ts'
import { readManifest } from './manifest.ts'
import type { Ports } from './ports.ts'
import { removeRelease, type ReleaseStore } from './release-store.ts'

export interface PruneState {
  readonly history: History
  /** Of the releases that are there. */
  readonly digests: readonly string[]
  readonly current: string
  readonly previous: string | undefined
  /** Number of releases that stay. */
  readonly keep: number
}

/** Removes the releases least recently deployed; never the current and the previous one. */
export async function pruneReleases(
  store: ReleaseStore,
  { history, digests, current, previous, keep }: PruneState,
  ports: Ports,
): Promise<{ pruned: string[]; left: string[] }> {
  const kept = digests.filter((digest) => digest === current || digest === previous)
  const others = digests.filter((digest) => !kept.includes(digest))
  const pruned: string[] = []
  const left: string[] = []
  for (const digest of (await sortByRecency(store, others, history)).slice(Math.max(0, keep - kept.length))) {
    try {
      await removeRelease(store.releases, digest, ports)
      pruned.push(digest)
    } catch {
      // What was deployed is deployed; it must not look failed because something old could not be removed.
      left.push(join(store.releases.path, digest))
    }
  }
  return { pruned, left }
}

/** Most recently deployed first: by the history, then by the time in the manifest for those rolled back. */
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
