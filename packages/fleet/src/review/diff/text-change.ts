/** Some lines that changed, with a few around them. */
export interface LineHunk {
  /** Line number of its first line, from 1, before and after. */
  readonly before: number
  readonly after: number
  /** Each begins with `+` added, `-` removed, a space for neither, or `\` for a remark on the line before. */
  readonly lines: readonly string[]
}

/** How the content of a file changed: by lines, or by size where lines say nothing or are too many. */
export type TextChange =
  | {
      readonly form: 'lines'
      /** Lines added and removed in all, shown or not. */
      readonly added: number
      readonly removed: number
      readonly hunks: readonly LineHunk[]
      /** Lines of the hunks that were left out. */
      readonly omittedLines: number
      /** What looks like a secret in the new text; a mark stands in its place. Without hunks, nothing but secrets changed. */
      readonly hiddenSecrets: number
    }
  | {
      readonly form: 'size'
      readonly reason: 'binary' | 'too large' | 'too many lines'
      /** Bytes; absent when there was no file. */
      readonly before?: number
      readonly after: number
    }

/** What is left of the lines and characters that one comparison may show; used up as files are compared. */
export interface TextBudget {
  lines: number
  characters: number
}
