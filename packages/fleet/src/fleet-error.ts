import { fleetErrorCodes, type FleetErrorCode } from './error-codes.ts'
import { toVisible } from './review/visible-text.ts'

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
  /** The path inside the bundle or on disk that is concerned, every character visible. */
  declare readonly path?: string

  constructor(code: FleetErrorCode, { path, detail, cause }: { path?: string; detail?: string; cause?: unknown } = {}) {
    const title = fleetErrorCodes[code]
    const shown = path === undefined ? undefined : show(path, longestPath)
    const told = detail === undefined ? undefined : show(detail, longestDetail)
    super([title, shown, told].filter((part) => part !== undefined).join(': '), { cause })
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

const longestPath = 200
const longestDetail = 1_000

// What a hostile bundle named must not steer the terminal it is printed on, nor push the rest out of sight.
function show(text: string, longest: number): string {
  const visible = toVisible(text.slice(0, longest))
  return visible.length > longest || text.length > longest ? `${visible.slice(0, longest)}…` : visible
}
