import type { ReleaseManifest } from '@sallyport/fleet'
import { clipVisible } from 'sallyport/provider'

/** When and by whom a release was deployed. */
export interface ReleaseText {
  readonly deployedAt?: number | undefined
  readonly publisher?: string | undefined
  /** Name of the webhook that was run. */
  readonly action?: string | undefined
  /** The commit it was pulled from. */
  readonly commit?: string | undefined
}

const longest = 320

/** The texts of a manifest, every character visible: a delivery chose most of them. */
export function toReleaseText(manifest: ReleaseManifest | undefined): ReleaseText {
  if (manifest === undefined) return {}
  const { deployedAt, publisher, action, commit } = manifest
  const time = Date.parse(deployedAt)
  return {
    deployedAt: Number.isNaN(time) ? undefined : time,
    publisher: show(publisher?.email ?? publisher?.userId ?? commit?.author),
    action: show(action),
    commit: show(commit && `${commit.repo} ${commit.hash}`),
  }
}

function show(text: string | undefined): string | undefined {
  return text === undefined ? undefined : clipVisible(text, longest)
}
