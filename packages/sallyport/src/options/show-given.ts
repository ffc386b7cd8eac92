import { clipVisible } from '../errors/visible-text.ts'

const longestShown = 24

/**
 * What was passed, for a message: a short value as it is, of anything else its kind. A URL may hold a password, and a long text may
 * be a secret.
 *
 * @param isSecret shows the kind of every text
 */
export function showGiven(value: unknown, isSecret = false): string {
  if (typeof value === 'string') return isSecret ? 'a string' : showText(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return isSecret && value ? `a ${typeof value}` : String(value)
  return kindOf(value)
}

function showText(text: string): string {
  if (text === '') return "''"
  const mayBeSecret =
    text.length > longestShown || text.includes('://') || /^(?:whsec|whpk|sk|pk|rk|lsv2|claw)_/.test(text)
  return mayBeSecret ? 'a string' : `'${clipVisible(text, longestShown)}' (a string)`
}

function kindOf(value: object): string {
  try {
    if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
    if (typeof (value as { then?: unknown }).then === 'function') return 'a promise; await it'
    if (isPlain(value)) return 'an object'
    const { name } = value.constructor
    return name !== 'Object' && /^[A-Za-z]\w{0,39}$/.test(name) ? `an object (${name})` : 'an object'
  } catch {
    return 'an object'
  }
}

/** Whether an object was written as `{ … }`, here or in another realm, or has no prototype. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
