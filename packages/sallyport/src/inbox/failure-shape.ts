import { clip } from '../errors/visible-text.ts'
import type { AttemptFailure } from './history.ts'

const longestShape = 200

// What differs from event to event: a quoted text, an address, and words with a digit as ids, numbers, times and hosts have.
// Errors repeat what senders write: no pattern may look at one place of a long text again and again.
const quoted = /"[^"\n]{0,200}"|`[^`\n]{0,200}`|(?<![\p{L}\p{N}])'[^'\n]{0,200}'(?![\p{L}\p{N}])/gu
const index = /\[\d{1,20}\]/g
const word = /[^\s"'`()[\]{},;…]+/g
const several = /…[\s,…]*…/g

/**
 * What an error has in common with others of its kind: name and first line of the message, with `…` for what differs from event
 * to event. At most 200 characters.
 *
 * @example
 * toFailureShape({ name: 'CustomerMissing', message: 'no customer cus_Q2 in crm', stack: [] })
 * // 'CustomerMissing: no customer … in crm'
 */
export function toFailureShape({ name, message }: AttemptFailure): string {
  const [line = ''] = message.split('\n', 1)
  const shape = line
    .replaceAll(index, '[]')
    .replaceAll(quoted, '…')
    .replaceAll(word, (found) => (differs(found) ? '…' : found))
    .replaceAll(several, '…')
    .trim()
  return clip(shape === '' ? name : `${name}: ${shape}`, longestShape)
}

function differs(found: string): boolean {
  const at = found.indexOf('@')
  return /\d/.test(found) || (at > 0 && at < found.length - 1)
}
