import { FleetError } from '../fleet-error.ts'
import type { FleetErrorCode } from '../error-codes.ts'

/** What may still be parsed of one bundle. */
export interface DocumentBudget {
  /**
   * Takes a document's length off what is left of its kind.
   *
   * @throws FleetError `code` when the document, or all of its kind together, are too long
   */
  take(kind: DocumentKind, length: number, code: FleetErrorCode, path: string): void
}

export type DocumentKind = 'json' | 'frontMatter'

// Parsing takes up to forty times the memory of a JSON text, and of YAML some 10 ms for each kilobyte; archives of a few
// kilobytes hold megabytes of either. An agent's documents take a hundredth of this.
const longest: Readonly<Record<DocumentKind, { readonly one: number; readonly all: number; readonly unit: string }>> = {
  json: { one: 1024 * 1024, all: 4 * 1024 * 1024, unit: 'bytes' },
  frontMatter: { one: 16 * 1024, all: 256 * 1024, unit: 'characters' },
}

/** Makes the budget of one bundle. */
export function createDocumentBudget(): DocumentBudget {
  const taken: Record<DocumentKind, number> = { json: 0, frontMatter: 0 }
  return {
    take(kind, length, code, path) {
      const { one, all, unit } = longest[kind]
      taken[kind] += length
      if (length > one) throw new FleetError(code, { path, detail: `it is longer than ${one} ${unit}` })
      if (taken[kind] > all)
        throw new FleetError(code, { path, detail: `with those before it, it is longer than ${all} ${unit}` })
    },
  }
}
