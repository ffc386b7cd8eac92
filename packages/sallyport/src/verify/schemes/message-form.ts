import type { Freshness, TimestampUnit } from '../freshness.ts'
import { describePart, type MessagePart } from './message.ts'

/** How a signed header is written; checked on arrival. */
export interface TextForm {
  /** Exact number of characters. @default any */
  readonly length?: number | undefined
  /**
   * `digits`: 0 to 9. `hex`: digits, and a to f in either case. `id`: letters, digits and `- _ . ~ + / =`, as in a UUID or in
   * base64. @default printable ASCII
   */
  readonly characters?: 'digits' | 'hex' | 'id' | undefined
}

/** What a text must be on arrival, so that the message has one reading. */
export interface TextRule {
  readonly pattern?: RegExp | undefined
  /** The literal after the text: it must not begin earlier. */
  readonly behind?: string | undefined
  /** The literal before the text: it must not begin again. */
  readonly before?: string | undefined
}

/** The rules of the parts, by index, and the characters that the body must not begin or end with. */
export interface MessageForm {
  readonly rules: readonly (TextRule | undefined)[]
  readonly bodyStart?: string | undefined
  readonly bodyEnd?: string | undefined
}

/** Sets of characters, as in the brackets of a pattern. */
const digits = '0-9'
const sets = { digits, hex: '0-9A-Fa-f', id: '-0-9A-Za-z_.~+/=' } as const
const printable = ' -~'
const upperCase = 'A-Z'
// No spaces, brackets or braces: JSON beside it shows where it ends.
const urlSet = String.raw`!-Z\\^-z|~`

// A wider character is signed as its low byte, so that U+012E would count as a dot.
const path = /^\/[^\u0100-\uffff]*$/
const wider = /[\u0100-\uffff]/

// How JSON begins, a byte order mark included, and how it ends.
const jsonStart = '{[ \t\n\r\u00ef'
const jsonEnd = '}] \t\n\r'

/**
 * Finds the rules under which no two cuts of a message give the same bytes. A reader that knows them takes the parts before
 * the body from the start of the message, and those after it from the end. So each part must show where it stops: by its length, by a
 * literal that it does not contain, or because the next part begins with a character that it cannot have.
 *
 * @returns what is wrong with the message where a part does not
 */
export function planMessage(signed: readonly MessagePart[], freshness: Freshness): MessageForm | string {
  const rules: (TextRule | undefined)[] = []
  const limits: { bodyStart?: string; bodyEnd?: string } = {}
  const problem = findPartProblem(signed)
  if (problem !== undefined) return problem
  const body = signed.findIndex(coversBody)
  for (const [index, part] of signed.entries()) {
    const fixed = part.kind === 'literal' ? part.text : part.kind === 'url' ? part.origin : ''
    if (wider.test(fixed)) return `the text of a ${part.kind} is not in bytes; make it with parts.${part.kind}`
    if (part.kind === 'literal') continue
    if (index === body) {
      const pattern = toPattern(part)
      if (pattern !== undefined) rules[index] = { pattern }
      continue
    }
    if (coversBody(part)) return 'the signed message has the body twice; list it once'
    if (part.kind === 'header' && !isTextForm(part.form))
      return `the form of header "${part.name}" is invalid; ${formHelp}`
    const unit = unitOf(part, freshness)
    const pattern = toPattern(part)
    if (pattern !== undefined) rules[index] = { pattern }
    // RFC 3339 has one place to stop at, read from either end.
    if (unit === 'iso' || (part.kind === 'header' && part.form?.length !== undefined)) continue

    const step = index < body ? 1 : -1
    const { literal, next } = findNext(signed, index, step)
    // The sender's own weakness: nothing in such a message is taken for an id.
    if (next.kind === 'form') continue
    const edge = literal === '' ? edgeOf(next, freshness, step) : literal.at(step > 0 ? 0 : -1)!
    if (stopsAt(edge, part, freshness, step)) {
      if (part.kind === 'url') rules[index] = { pattern: new RegExp(`^/[${urlSet}]*$`) }
      if (literal === '' && next.kind === 'body')
        limits[step > 0 ? 'bodyStart' : 'bodyEnd'] = charactersOf(setOf(part, freshness))
    } else if (literal === '') return describeGap(part, next, step)
    else if (step > 0) rules[index] = { pattern, behind: literal }
    else rules[index] = { pattern, before: literal + (part.kind === 'url' ? part.origin : '') }
  }
  return { rules, ...limits }
}

/** Whether a part stands for the body. */
export function coversBody(part: MessagePart): boolean {
  return ['body', 'form', 'crc32'].includes(part.kind) || (part.kind === 'url' && part.bodyHash !== undefined)
}

const plainUrl = new RegExp(`^[${urlSet}]*$`)

function findPartProblem(signed: readonly MessagePart[]): string | undefined {
  const form = signed.findIndex(({ kind }) => kind === 'form')
  if (form >= 0 && !(form === 1 && signed.length === 2 && signed[0]!.kind === 'url'))
    return 'parts.form must stand alone behind parts.url: [parts.url(origin), parts.form]'
  if (signed.some(({ kind }) => (kind as string) === 'member')) return 'parts.member is for bodySignature'
  for (const part of signed)
    if (part.kind === 'url' && (!plainUrl.test(part.decoded ?? '') || part.decoded?.includes('%')))
      return "decoded of parts.url may only have characters of a URL, and no '%'"
  return undefined
}

/** The literal beside a part, and the next part that is none. There is one: the body. */
function findNext(
  signed: readonly MessagePart[],
  index: number,
  step: 1 | -1,
): { readonly literal: string; readonly next: MessagePart } {
  let literal = ''
  for (let at = index + step; ; at += step) {
    const next = signed[at]!
    if (next.kind !== 'literal') return { literal, next }
    literal = step > 0 ? literal + next.text : next.text + literal
  }
}

/** Whether the first character of `edge` that comes is beyond the part. */
function stopsAt(edge: string, part: MessagePart, freshness: Freshness, step: 1 | -1): boolean {
  const characters = charactersOf(setOf(part, freshness))
  // Read from the end, the origin comes before the edge.
  const isRun =
    step > 0 || part.kind !== 'url' || part.origin.split('').every((character) => characters.includes(character))
  return isRun && !edge.split('').some((character) => characters.includes(character))
}

/** The characters by which a part shows where it begins or, read from the end, where it ends. */
function edgeOf(part: MessagePart, freshness: Freshness, step: 1 | -1): string {
  if (part.kind === 'body') return step > 0 ? jsonStart : jsonEnd
  // `2026-11-29T08` has 13 characters and no colon, so the first colon shows where the time begins.
  if (part.kind === 'crc32') return '0123456789'
  if (unitOf(part, freshness) === 'iso') return step > 0 ? ':' : '0123456789Z'
  if (part.kind === 'url' && step > 0) return (part.origin || '/')[0]!
  return charactersOf(setOf(part, freshness))
}

/** How a time is written, where the part is the one that proves freshness: reading it checks that. */
function unitOf(part: MessagePart, freshness: Freshness): TimestampUnit | undefined {
  if (part.kind === 'timestamp' && freshness.from === 'signature') return freshness.unit
  const isTime = part.kind === 'header' && freshness.from === 'header' && part.name === freshness.name.toLowerCase()
  return isTime ? freshness.unit : undefined
}

function setOf(part: MessagePart, freshness: Freshness): string {
  if (unitOf(part, freshness) !== undefined) return digits
  if (part.kind === 'method') return upperCase
  if (part.kind === 'url') return urlSet
  return part.kind === 'header' && part.form?.characters !== undefined ? sets[part.form.characters] : printable
}

function charactersOf(set: string): string {
  const pattern = new RegExp(`[${set}]`)
  return Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
    .filter((character) => pattern.test(character))
    .join('')
}

/**
 * Whether no text of some characters can be a signed message: every message has a character that they leave out.
 *
 * @param isJson whether every body that counts is JSON, and so has a brace
 */
export function leavesOut(
  signed: readonly MessagePart[],
  characters: NonNullable<TextForm['characters']>,
  isJson: boolean,
): boolean {
  const allowed = charactersOf(sets[characters])
  const hasOther = (text: string): boolean => text.split('').some((character) => !allowed.includes(character))
  return signed.some((part) => {
    if (part.kind === 'literal') return hasOther(part.text)
    if (part.kind === 'url') return hasOther(`${part.origin}/`)
    return part.kind === 'body' && isJson && hasOther('{')
  })
}

/** What a text of a form matches. */
export function toFormPattern({ length, characters }: TextForm): RegExp {
  return new RegExp(`^[${characters === undefined ? printable : sets[characters]}]${length ? `{${length}}` : '+'}$`)
}

function toPattern(part: MessagePart): RegExp | undefined {
  if (part.kind === 'method') return /^[A-Z]+$/
  if (part.kind === 'url') return path
  if (part.kind !== 'header' || part.form === undefined) return undefined
  return toFormPattern(part.form)
}

/** Whether a form is one. */
export function isTextForm({ length = 1, characters = 'id' }: TextForm = {}): boolean {
  return Number.isInteger(length) && length >= 1 && length <= 4096 && Object.hasOwn(sets, characters)
}

const formHelp = "pass { length: 36 } or { characters: 'id' }, with 'digits', 'hex' or 'id'"

function describeGap(part: MessagePart, next: MessagePart, step: 1 | -1): string {
  const [first, second] = step > 0 ? [part, next] : [next, part]
  const place = `${describePart(first)} and ${describePart(second)}`
  return (
    `the signed message does not show where ${place} meet, so one signature would have several readings; add the ` +
    `literal that the sender writes between them, or say how it writes a header: parts.header('x-id', …) takes ` +
    `{ length: 36 } or { characters: 'id' }`
  )
}
