import { fleetErrorCodes, type FleetErrorCode } from './error-codes.ts'

// A registered symbol, so that `is` holds across two installed copies of this package.
const brand = Symbol.for('sallyport.fleet-error')

/**
 * What this package throws: a stable code, a message that says where and what to do, and never a file's content.
 *
 * @example
 * try { await readBundle(bytes) } catch (error) {
 *   if (FleetError.is(error)) console.error(error.code, error.path) // DUPLICATE_NAME skills/a/SKILL.md
 * }
 */
export class FleetError extends Error {
  override readonly name = 'FleetError'
  readonly code: FleetErrorCode
  /** Fixed text of the code. */
  readonly title: string
  /** The path inside the bundle or on disk that is concerned, control characters escaped. */
  declare readonly path?: string

  constructor(code: FleetErrorCode, { path, detail, cause }: { path?: string; detail?: string; cause?: unknown } = {}) {
    const title = fleetErrorCodes[code]
    const shown = path === undefined ? undefined : escapePath(path)
    super([title, shown, detail].filter((part) => part !== undefined).join(': '), { cause })
    this.code = code
    this.title = title
    if (shown !== undefined) this.path = shown
    Object.defineProperty(this, brand, { value: true })
  }

  /** Whether `value` is a `FleetError`, also one from another copy of this package. */
  static is(value: unknown): value is FleetError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
  }

  toJSON(): { code: FleetErrorCode; title: string; path?: string } {
    return { code: this.code, title: this.title, ...(this.path === undefined ? undefined : { path: this.path }) }
  }
}

const longestShown = 200

// A hostile name must not steer the terminal it is printed on.
function escapePath(path: string): string {
  const escaped = path.replaceAll(/[^\x20-\x7e\u00a1-\u024f\u0370-\u1fff\u3040-\uffdc]/g, (character) => {
    return `\\u{${character.codePointAt(0)!.toString(16)}}`
  })
  return escaped.length > longestShown ? `${escaped.slice(0, longestShown)}…` : escaped
}
