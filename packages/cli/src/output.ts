import { inspect, styleText } from 'node:util'
import type { Failure } from './failure.ts'

/** A style of `styleText`, such as `'green'`. */
export type Style = Parameters<typeof styleText>[0]

/** Where a command writes: results to stdout, notes and progress to stderr. Only terminals get colours and progress. */
export interface Output {
  readonly isJson: boolean
  /** Writes a result: `text`, or with `--json` the record on one line. */
  result(record: Readonly<Record<string, unknown>>, text: string): void
  /** Writes a note to stderr; not with `--json`. */
  note(text: string): void
  /** Replaces the progress line of a terminal; an empty text removes it. */
  progress(text: string): void
  fail(failure: Failure): void
  /** Styles text if stdout shows colours. */
  style(style: Style, text: string): string
}

/** Creates the output of a command. */
export function createOutput(
  isJson: boolean,
  stdout: NodeJS.WriteStream = process.stdout,
  stderr: NodeJS.WriteStream = process.stderr,
): Output {
  let hasProgress = false
  const mayProgress = !isJson && stderr.isTTY

  function clear(): void {
    if (hasProgress) stderr.write('\r\u001b[2K')
    hasProgress = false
  }

  const paint = (stream: NodeJS.WriteStream, style: Style, text: string): string => styleText(style, text, { stream })

  return {
    isJson,
    result(record, text) {
      clear()
      if (isJson) stdout.write(toJsonLine(record))
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
      if (isJson) stdout.write(`${JSON.stringify({ ok: false, code, message, fix })}\n`)
      else
        stderr.write(
          `${paint(stderr, 'red', `sallyport: ${code}`)}: ${message}\n${fix === undefined ? '' : `  ${fix}\n`}`,
        )
    },
    style: (style, text) => (isJson ? text : paint(stdout, style, text)),
  }
}

const unwritable = '[not shown: nested too deeply for JSON]'

/** The value as JSON. Never throws: JSON nested 200,000 levels deep can be parsed, but not written. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    return JSON.stringify(unwritable)
  }
}

/** The record as JSON on one line, with a note in place of a member that cannot be written. */
function toJsonLine(record: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(record).filter(([, value]) => value !== undefined)
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${toJson(value)}`).join(',')}}\n`
}

const longest = 200

/** Untrusted text on one line: no control characters, and cut if long. */
export function toLine(value: unknown): string {
  const text = typeof value === 'string' ? value : inspect(value, { breakLength: Infinity })
  const visible = text.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim()
  return visible.length > longest ? `${visible.slice(0, longest)}…` : visible
}
