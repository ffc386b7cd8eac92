import { styleText } from 'node:util'
import { inspect } from 'node:util'
import type { Failure } from './failure.ts'

/** What stdout and stderr have in common. */
type Stream = NodeJS.WriteStream

export type Style = Parameters<typeof styleText>[0]

/**
 * Where a command writes. Results go to stdout, as text or as JSON; what only accompanies them goes to stderr. Colours and
 * progress are for terminals.
 */
export interface Output {
  readonly isJson: boolean
  /** Writes a result: the text for people, the record as one line of JSON. */
  result(record: Readonly<Record<string, unknown>>, text: string): void
  /** Writes a word on how it goes to stderr; not with JSON. */
  note(text: string): void
  /** Replaces the line of progress on a terminal; an empty text removes it. */
  progress(text: string): void
  fail(failure: Failure): void
  /** Styles text for stdout where that shows colours. */
  style(style: Style, text: string): string
}

export function createOutput(
  isJson: boolean,
  stdout: Stream = process.stdout,
  stderr: Stream = process.stderr,
): Output {
  let hasProgress = false
  const mayProgress = !isJson && stderr.isTTY

  function clear(): void {
    if (hasProgress) stderr.write('\r\u001b[2K')
    hasProgress = false
  }

  const paint = (stream: Stream, style: Style, text: string): string => styleText(style, text, { stream })

  return {
    isJson,
    result(record, text) {
      clear()
      if (isJson) stdout.write(`${JSON.stringify(record)}\n`)
      else if (text !== '') stdout.write(`${text}\n`)
    },
    note(text) {
      clear()
      if (!isJson) stderr.write(`${text}\n`)
    },
    progress(text) {
      if (!mayProgress) return
      clear()
      if (text === '') return
      stderr.write(paint(stderr, 'dim', text))
      hasProgress = true
    },
    fail({ code, message, fix }) {
      clear()
      const record = { ok: false, code, message, ...(fix === undefined ? undefined : { fix }) }
      if (isJson) stdout.write(`${JSON.stringify(record)}\n`)
      else
        stderr.write(
          `${paint(stderr, 'red', `sallyport: ${code}`)}: ${message}\n${fix === undefined ? '' : `  ${fix}\n`}`,
        )
    },
    style: (style, text) => (isJson ? text : paint(stdout, style, text)),
  }
}

const longest = 200

/** Text of unknown origin on one line: it can neither steer a terminal nor push the rest out of sight. */
export function toLine(value: unknown): string {
  const text = typeof value === 'string' ? value : inspect(value, { breakLength: Infinity })
  const visible = text.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim()
  return visible.length > longest ? `${visible.slice(0, longest)}…` : visible
}
