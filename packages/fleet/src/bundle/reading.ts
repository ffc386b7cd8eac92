import type { FleetErrorCode } from '../error-codes.ts'
import { FleetError } from '../fleet-error.ts'
import { createSlicer, type Slicer } from '../zip/slicer.ts'
import { toLimits, type AllLimits, type BundleLimits } from './limits.ts'

/** The context of reading one bundle: its limits, its slices of time, and how much it may still parse. */
export interface Reading extends Slicer {
  readonly limits: AllLimits
  /**
   * Counts a document before it is parsed.
   *
   * @throws FleetError `code` when the document, or all documents of its kind together, are too long
   */
  takeDocument(kind: DocumentKind, length: number, code: FleetErrorCode, path: string): void
}

export type DocumentKind = 'json' | 'frontMatter'

// Parsing JSON takes up to forty times the memory of its text, and YAML some 10 ms per kilobyte. An archive of a few kilobytes
// can hold megabytes of either; an honest agent uses a hundredth of these limits.
const longest: Readonly<Record<DocumentKind, { readonly one: number; readonly all: number; readonly unit: string }>> = {
  json: { one: 1024 * 1024, all: 4 * 1024 * 1024, unit: 'bytes' },
  frontMatter: { one: 16 * 1024, all: 256 * 1024, unit: 'characters' },
}

/**
 * Begins to read one bundle.
 *
 * @throws SallyportError `OPTION_INVALID` for a limit that is not a number
 */
export function createReading(limits: BundleLimits = {}): Reading {
  const taken: Record<DocumentKind, number> = { json: 0, frontMatter: 0 }
  return {
    ...createSlicer(),
    limits: toLimits(limits),
    takeDocument(kind, length, code, path) {
      const { one, all, unit } = longest[kind]
      taken[kind] += length
      if (length > one) throw new FleetError(code, { path, detail: `it is longer than ${one} ${unit}` })
      if (taken[kind] > all)
        throw new FleetError(code, { path, detail: `with those before it, it is longer than ${all} ${unit}` })
    },
  }
}
