import { randomInt } from 'node:crypto'
import { inspect, styleText } from 'node:util'
import { clipVisible, toVisible } from 'sallyport/provider'
import type { Failure } from './failure.ts'
import { columnsOf, wrapLines } from './text/wrap.ts'

/** A style of `styleText`, such as `'green'`. */
export type Style = Parameters<typeof styleText>[0]

/** Where a command writes: results to stdout, notes and progress to stderr. Only terminals get colours and progress. */
export interface Output {
  readonly isJson: boolean
  /** Columns of the terminal that shows results; `Infinity` for a pipe, where nothing is cut or wrapped. */
  readonly columns: number
  /** Writes a result: `text`, or with `--json` the record on one line. A terminal gets `text` wrapped, unless it is for a program. */
  result(record: Readonly<Record<string, unknown>>, text: string, reader?: 'person' | 'program'): void
  /** Writes a note to stderr; not with `--json`. */
  note(text: string): void
  /** Replaces the progress line of a terminal; an empty text removes it. */
  progress(text: string): void
  fail(failure: Failure): void
  /** Styles text if stdout shows colours. */
  style(style: Style, text: string): string
}

// Our own colour codes carry a number that no text from outside can know, so that those of others are told from them. In
// groups of four digits it is still a sequence that Commander measures and removes.
const mark = Array.from({ length: 8 }, () => randomInt(1_000, 10_000)).join(';')
const marked = new RegExp(String.raw`\u001b\[${mark};([\d;]+)m`)

/** Styles text for `writeText`. @param stream decides about colours. @default colours, unless Commander removes them */
export function paint(style: Style, text: string, stream?: NodeJS.WriteStream): string {
  const painted = styleText(
    style,
    toVisible(text, 'lines'),
    stream === undefined ? { validateStream: false } : { stream },
  )
  return painted.replaceAll('\u001b[', `\u001b[${mark};`)
}

/**
 * Writes text to a terminal or pipe; nothing else does. Whatever in it could steer a terminal or hide from a reader is made
 * visible, except line ends and the colours of `paint`.
 *
 * @param columns where lines are wrapped. @default nowhere
 */
export function writeText(stream: NodeJS.WriteStream, text: string, columns = Number.POSITIVE_INFINITY): void {
  // Every second part is the inside of a group: a colour.
  const parts = text.split(marked)
  const visible = parts.map((part, index) => (index % 2 === 1 ? `\u001b[${part}m` : toVisible(part, 'lines')))
  // Wrapped last: an escape is wider than the character it shows.
  stream.write(wrapLines(visible.join(''), columns))
}

const controls = new RegExp(String.raw`^(?:\u001b\[\??[\d;]*[A-Za-z])+$`)

/** Moves the cursor, erases, or changes the screen of a terminal. @param sequence control sequences alone, never text */
export function writeControls(stream: NodeJS.WriteStream, sequence: string): void {
  if (!controls.test(sequence)) throw new TypeError('only control sequences, no text')
  stream.write(sequence)
}

/** Text whose further lines are indented, so that none of them looks like a line of this command. */
export function indentMore(text: string): string {
  return text.replaceAll('\n', '\n  ')
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

  return {
    isJson,
    columns: columnsOf(stdout),
    result(record, text, reader = 'person') {
      clear()
      if (isJson) stdout.write(toJsonLine(record))
      else if (text !== '') writeText(stdout, `${text}\n`, reader === 'program' ? undefined : columnsOf(stdout))
    },
    note(text) {
      clear()
      if (!isJson) writeText(stderr, `${indentMore(text)}\n`, columnsOf(stderr))
    },
    progress(text) {
      if (!mayProgress) return
      clear()
      if (text === '') return
      writeText(stderr, paint('dim', text, stderr))
      hasProgress = true
    },
    fail({ code, message, fix }) {
      clear()
      if (isJson) stdout.write(toJsonLine({ ok: false, code, message, fix }))
      else {
        const lines = [`${paint('red', `sallyport: ${code}`, stderr)}: ${message}`, ...(fix === undefined ? [] : [fix])]
        writeText(stderr, `${indentMore(lines.join('\n'))}\n`, columnsOf(stderr))
      }
    },
    style: (style, text) => (isJson ? text : paint(style, text, stdout)),
  }
}

const unwritable = '[not shown: nested too deeply for JSON]'

/** The value as JSON, equal once it is parsed, without a character that steers or hides. Never throws: JSON nested 200,000 levels deep can be parsed, but not written. */
export function toJson(value: unknown): string {
  try {
    return toVisible(JSON.stringify(value), 'json')
  } catch {
    return JSON.stringify(unwritable)
  }
}

/** The record as JSON on one line, with a note in place of a member that cannot be written. */
function toJsonLine(record: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(record).filter(([, value]) => value !== undefined)
  return `{${members.map(([name, value]) => `${toJson(name)}:${toJson(value)}`).join(',')}}\n`
}

const longest = 200

/** A text from outside on one line: every character visible, and what is cut is counted. */
export function toLine(value: unknown): string {
  return clipVisible(typeof value === 'string' ? value : inspect(value, { breakLength: Infinity }), longest)
}
