import { join } from 'node:path'
import { allow, checkOptions, type OptionRules } from 'sallyport/provider'
import type { AgentBundle } from '../bundle/agent-bundle.ts'
import type { BundleLimits } from '../bundle/limits.ts'
import { readOpenFolder } from '../bundle/read-folder.ts'
import { createReading } from '../bundle/reading.ts'
import type { Folder } from '../disk/folder.ts'
import { FleetError } from '../fleet-error.ts'
import { replaceTools } from '../interrupts/replace-tools.ts'
import { readCurrent } from './current-link.ts'
import { listDigests, openStore, readWhole, withStore } from './release-store.ts'

/** Which release `readPublished` reads. */
export interface PublishedOptions {
  /** Name of the deployment. @default the only one below the root */
  readonly name?: string | undefined
  /** Digest of the release. @default the current one */
  readonly digest?: string | undefined
  /** Limits of the bundle, as for `readFolder`. */
  readonly limits?: BundleLimits | undefined
}

const rules: OptionRules<PublishedOptions> = { name: allow.anything, digest: allow.text, limits: allow.record }

/**
 * Reads the bundle of a release as it was published, before `interrupts: 'tool-names'` changed it. Compare it with the next bundle
 * to see what its owner changed. What runs is `readFolder(release.path)`.
 *
 * @throws FleetError `NO_RELEASE`; `RELEASE_DAMAGED` when the files or the manifest were changed; those of `readFolder` and
 * `readDeployment`
 * @example
 * const diff = await diffBundles(await readPublished('/srv/agents', { name: 'researcher' }), bundle)
 */
export async function readPublished(root: string, options: PublishedOptions = {}): Promise<AgentBundle> {
  checkOptions('readPublished', options, rules)
  const open = async () => openStore(root, options.name)
  return withStore(root, open, async ({ folder, releases }) => {
    const digest = options.digest ?? (await readCurrent(folder))
    if (digest === undefined || !(await listDigests(releases)).includes(digest))
      throw new FleetError('NO_RELEASE', { path: digest ?? folder.path })
    const manifest = await readWhole(releases, digest)
    const bundle = await readRelease(releases, digest, options.limits, manifest.commit?.type)
    if (bundle.digest !== digest)
      throw new FleetError('RELEASE_DAMAGED', { path: join(releases.path, digest), detail: 'its files were changed' })
    const texts = new Map((manifest.published?.files ?? []).map((file) => [file.path, file.text]))
    return texts.size === 0 ? bundle : replaceTools(bundle, texts)
  })
}

async function readRelease(
  releases: Folder,
  digest: string,
  limits: BundleLimits | undefined,
  kind: 'agent' | 'skill' = 'agent',
): Promise<AgentBundle> {
  const reading = createReading(limits)
  const release = await releases.open(digest)
  try {
    return await readOpenFolder(release, reading, kind)
  } finally {
    await release.close()
  }
}
