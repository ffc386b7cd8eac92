import { hash } from 'node:crypto'
import * as z from 'zod'
import type { AgentBundle } from '../bundle/agent-bundle.ts'
import { readText } from '../bundle/read-text.ts'
import { digestRecords, isDigest, type FileRecord } from './plan.ts'

/** `published` in a manifest. */
export const publishedSchema = z.object({
  digest: z.string().refine(isDigest),
  files: z.array(z.object({ path: z.string(), text: z.string() })),
})

/** What was published, where a release differs from it. */
export interface PublishedFiles {
  /** Digest of the bundle as it was published. */
  readonly digest: string
  /** The files that were written otherwise, with their original text. */
  readonly files: readonly { readonly path: string; readonly text: string }[]
}

/** The files of a bundle that were written otherwise; `undefined` when there is none. */
export function toPublished(bundle: AgentBundle, written: AgentBundle): PublishedFiles | undefined {
  if (bundle === written) return undefined
  const others = new Set(written.files)
  const files = bundle.files
    .filter((file) => !others.has(file))
    .map((file) => ({ path: file.path, text: (file.bytes[0] === 0xef ? '\ufeff' : '') + readText(file) }))
  return { digest: bundle.digest, files }
}

/** Whether the files of a release, with the original texts, give the digest that was published. */
export function provesPublished(records: readonly FileRecord[], { digest, files }: PublishedFiles): boolean {
  const texts = new Map(files.map(({ path, text }) => [path, text]))
  const original = records.map((record) => {
    const text = texts.get(record.path)
    if (text === undefined) return record
    return { path: record.path, size: Buffer.byteLength(text), sha256: hash('sha256', text, 'hex') }
  })
  return digestRecords(original) === digest
}
