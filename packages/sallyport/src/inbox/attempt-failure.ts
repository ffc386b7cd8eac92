import { tryRead } from '../errors/sallyport-error.ts'
import { clip } from '../errors/visible-text.ts'
import type { AttemptFailure } from './history.ts'

/** Removes from text what it must not show. */
export type Redact = (text: string) => string

const longestName = 100
const longestMessage = 500
const mostFrames = 8
const longestFrame = 200
// Handlers throw anything, as an error with a whole response in its message. What is redacted is cut before and after.
const longestRead = 10_000

/** Name, message and frames of what a handler threw, cut and redacted. Handlers throw anything. */
export function toAttemptFailure(thrown: unknown, redact: Redact): AttemptFailure {
  const error = tryRead(() => (thrown instanceof Error ? thrown : undefined), undefined)
  if (error === undefined) {
    const text = tryRead(() => String(thrown), 'an error without a text')
    return { name: 'Error', message: cut(text, longestMessage, redact), stack: [] }
  }
  const { name, message, stack } = readError(error)
  return {
    name: cut(name, longestName, redact),
    message: cut(message, longestMessage, redact),
    stack: readFrames(stack, message).map((frame) => cut(frame, longestFrame, redact)),
  }
}

function readError(error: Error): { readonly name: string; readonly message: string; readonly stack: string } {
  const read = (member: 'name' | 'message' | 'stack'): string => tryRead(() => toText(error[member]), '')
  return { name: read('name'), message: read('message'), stack: read('stack') }
}

// A subclass may give them any type.
const toText = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Only frames: the lines before them repeat the message, of which a line may look like a frame. */
function readFrames(stack: string, message: string): string[] {
  const start = stack.indexOf(message) === -1 ? 0 : stack.indexOf(message) + message.length
  const lines = stack.slice(start, start + longestRead).split('\n')
  return lines
    .filter((line) => isFrame.test(line))
    .slice(0, mostFrames)
    .map((line) => line.trim())
}

// Where V8 says where: `at name (file:line:column)`, and what is not in a file.
const isFrame = /^ {4}at [^\n]*(?::\d+:\d+\)?|\((?:<anonymous>|native|index \d+)\)|<anonymous>)$/

function cut(text: string, most: number, redact: Redact): string {
  const missing = Math.max(0, text.length - longestRead)
  return clip(redact(text.slice(0, longestRead)), most, missing)
}
