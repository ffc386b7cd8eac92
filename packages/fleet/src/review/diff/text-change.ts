/** Changed lines with some context. */
export interface LineHunk {
  /** Number of its first line, from 1, before and after. */
  readonly before: number
  readonly after: number
  /** Each begins with `+` (added), `-` (removed), a space (unchanged) or `\` (a note on the line before). */
  readonly lines: readonly string[]
}

/** How the content of a file changed: by lines, or by size if it is binary or too large. */
export type TextChange =
  | {
      readonly form: 'lines'
      /** Lines added and removed, shown or not. */
      readonly added: number
      readonly removed: number
      readonly hunks: readonly LineHunk[]
      /** Number of omitted lines of the hunks. */
      readonly omittedLines: number
      /** Number of secrets in the new text, replaced by marks. Without hunks, only secrets changed. */
      readonly hiddenSecrets: number
    }
  | {
      readonly form: 'size'
      readonly reason: 'binary' | 'too large' | 'too many lines'
      /** Bytes; `undefined` when there was no file. */
      readonly before?: number | undefined
      readonly after: number
    }

/** The lines and characters that a comparison may still show, and the steps it may still take. */
export interface TextBudget {
  lines: number
  characters: number
  steps: number
}
