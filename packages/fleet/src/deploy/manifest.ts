import * as z from 'zod'
import type { BundleCommit } from '../pull/context-hub-client.ts'
import { readSmallFile, replaceFile } from '../disk/files.ts'
import type { Folder } from '../disk/folder.ts'
import { digestRecords, isDigest, type FileRecord } from './plan.ts'
import { provesPublished, publishedSchema, type PublishedFiles } from './published.ts'

// 10,000 files with the longest paths, and the texts of all JSON of a bundle (4 MiB, with each character escaped).
const mostBytes = (16 + 8) * 1024 * 1024

/** A publisher in a manifest or in the history. */
export const publisherSchema = z.object({ userId: z.string().optional(), email: z.string().optional() })

/** A commit in a manifest or in the history. */
export const commitSchema = z.object({
  repo: z.string(),
  type: z.enum(['agent', 'skill']),
  hash: z.string(),
  author: z.string().optional(),
  createdAt: z.string().optional(),
})

const manifestSchema = z.object({
  format: z.literal(1),
  digest: z.string().refine(isDigest),
  deployedAt: z.string(),
  agent: z.string().optional(),
  action: z.string().optional(),
  publisher: publisherSchema.optional(),
  commit: commitSchema.optional(),
  published: publishedSchema.optional(),
  files: z.array(z.object({ path: z.string(), size: z.int().nonnegative(), sha256: z.string().refine(isDigest) })),
})

/** Who ran the webhook, as the delivery says. A manifest keeps at most 320 characters of each. */
export interface FleetPublisher {
  /** Absent if the delivery does not say. */
  readonly userId?: string | undefined
  readonly email?: string | undefined
}

/** The files of a release and where it comes from; stored beside its folder as `<digest>.json`. */
export interface ReleaseManifest {
  readonly format: 1
  /** Digest of the bundle; the name of the folder. */
  readonly digest: string
  /** When this release was first written, ISO 8601 in UTC. */
  readonly deployedAt: string
  /** Which agent it is, see `DeployOptions.agent`; empty for one without a name. */
  readonly agent?: string | undefined
  /** Name of the webhook that was run. */
  readonly action?: string | undefined
  readonly publisher?: FleetPublisher | undefined
  /** The commit it was pulled from, see `pullBundle`. */
  readonly commit?: BundleCommit | undefined
  /** The original of what `interrupts: 'tool-names'` changed, of the bundle that this release was first written from. */
  readonly published?: PublishedFiles | undefined
  /** Every file, in the order of the bundle. */
  readonly files: readonly FileRecord[]
}

export async function writeManifest(releases: Folder, manifest: ReleaseManifest): Promise<void> {
  await replaceFile(releases, toManifestName(manifest.digest), `${JSON.stringify(manifest, undefined, 2)}\n`)
}

/**
 * The manifest of a release; `undefined` when it is missing, or when its list of files, or the original texts, do not give the
 * digests. So the name of a release proves its manifest, and the manifest proves each file.
 */
export async function readManifest(releases: Folder, digest: string): Promise<ReleaseManifest | undefined> {
  const text = await readSmallFile(releases, toManifestName(digest), mostBytes)
  if (text === undefined) return undefined
  try {
    const manifest = manifestSchema.parse(JSON.parse(text))
    if (manifest.digest !== digest || digestRecords(manifest.files) !== digest) return undefined
    const { published } = manifest
    return published === undefined || provesPublished(manifest.files, published) ? manifest : undefined
  } catch {
    return undefined
  }
}

export function toManifestName(digest: string): string {
  return `${digest}.json`
}

/** The digest in the name of a manifest. */
export function fromManifestName(name: string): string | undefined {
  const digest = name.endsWith('.json') ? name.slice(0, -'.json'.length) : ''
  return isDigest(digest) ? digest : undefined
}

// The longest e-mail address (RFC 5321, section 4.5.3.1). A publisher must not make the history too long to read.
const longestText = 320

/** Cuts a text of a delivery to the length that is kept. */
export function toKeptText<Text extends string | undefined>(text: Text): Text | string {
  return typeof text === 'string' ? text.slice(0, longestText) : text
}

/** The members of a publisher that are kept. */
export function toPublisher(publisher: FleetPublisher | undefined): FleetPublisher | undefined {
  const { userId, email } = publisher ?? {}
  if (userId === undefined && email === undefined) return undefined
  return { userId: toKeptText(userId), email: toKeptText(email) }
}

/** The members of a commit that are kept. */
export function toCommit(commit: BundleCommit | undefined): BundleCommit | undefined {
  if (commit === undefined) return undefined
  const { repo, type, hash, author, createdAt } = commit
  const made = { author: toKeptText(author), createdAt: toKeptText(createdAt) }
  return { repo: toKeptText(repo), type, hash: toKeptText(hash), ...made }
}
