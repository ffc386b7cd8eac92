import { z } from 'zod'
import { readSmallFile, replaceFile } from './files.ts'
import type { Folder } from './folder.ts'
import { digestRecords, isDigest, type FileRecord } from './plan.ts'

// 10,000 files with the longest paths.
const mostBytes = 16 * 1024 * 1024

const manifestSchema = z.object({
  format: z.literal(1),
  digest: z.string().refine(isDigest),
  deployedAt: z.string(),
  action: z.string().optional(),
  publisher: z.object({ user_id: z.string().nullish(), email: z.string().nullish() }).optional(),
  files: z.array(z.object({ path: z.string(), size: z.int().nonnegative(), sha256: z.string().refine(isDigest) })),
})

/** Who published, as the delivery says; other members are not kept, nor what is beyond 320 characters. */
export interface DeploymentPublisher {
  readonly user_id?: string | null | undefined
  readonly email?: string | null | undefined
}

/** What a release consists of and where it comes from; stands beside its folder as `<digest>.json`. */
export interface ReleaseManifest {
  readonly format: 1
  /** Digest of the bundle; the name of the folder. */
  readonly digest: string
  /** When this release was first written, ISO 8601 in UTC. */
  readonly deployedAt: string
  /** Name of the webhook that was run. */
  readonly action?: string | undefined
  readonly publisher?: DeploymentPublisher | undefined
  /** Every file, in the order of the bundle. */
  readonly files: readonly FileRecord[]
}

export async function writeManifest(releases: Folder, manifest: ReleaseManifest): Promise<void> {
  await replaceFile(releases, toManifestName(manifest.digest), `${JSON.stringify(manifest, undefined, 2)}\n`)
}

/**
 * The manifest of a release; `undefined` when there is none, or one whose list of files does not give the digest: the name
 * of a release vouches for its manifest, and the manifest for each file.
 */
export async function readManifest(releases: Folder, digest: string): Promise<ReleaseManifest | undefined> {
  const text = await readSmallFile(releases, toManifestName(digest), mostBytes)
  if (text === undefined) return undefined
  try {
    const manifest = manifestSchema.parse(JSON.parse(text))
    return manifest.digest === digest && digestRecords(manifest.files) === digest ? manifest : undefined
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

// As long as an e-mail address can be (RFC 5321, section 4.5.3.1). Whoever publishes must not make the history too long to read.
const longestText = 320

/** A text out of a delivery as it is kept: the beginning of what is longer than any honest one. */
export function toKeptText<Text extends string | null | undefined>(text: Text): Text | string {
  return typeof text === 'string' ? text.slice(0, longestText) : text
}

/** The members that are kept. */
export function toPublisher(publisher: DeploymentPublisher | undefined): DeploymentPublisher | undefined {
  if (publisher === undefined) return undefined
  return { user_id: toKeptText(publisher.user_id), email: toKeptText(publisher.email) }
}
