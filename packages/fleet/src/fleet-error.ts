import { SallyportError } from 'sallyport'
import { fixOf, fleetErrorCodes, type FleetErrorCode } from './error-codes.ts'
import { toVisible } from './review/visible-text.ts'

/**
 * Every error of this package: a stable code, and a message that says what is wrong and where, but never shows a file's
 * content. `SallyportError.is` is true for it.
 *
 * @example
 * try { await readBundle(bytes) } catch (error) {
 *   if (FleetError.is(error)) console.error(error.code, error.path) // DUPLICATE_NAME skills/a/SKILL.md
 * }
 */
export class FleetError extends SallyportError<FleetErrorCode> {
  override readonly name = 'FleetError'
  /** The path inside the bundle or on disk, with every character visible. */
  declare readonly path?: string | undefined

  constructor(
    code: FleetErrorCode,
    { path, detail, cause }: { path?: string | undefined; detail?: string | undefined; cause?: unknown } = {},
  ) {
    const title = fleetErrorCodes[code]
    const shownPath = path === undefined ? undefined : show(path, longestPath)
    const shownDetail = detail === undefined ? undefined : show(detail, longestDetail)
    const message = [title, shownPath, shownDetail].filter((part) => part !== undefined).join(': ')
    super(code, message, { title, fix: fixOf(code), cause })
    if (shownPath !== undefined) this.path = shownPath
  }

  /** Whether `value` is a `FleetError`, also one from another copy of this package. */
  static override is(value: unknown): value is FleetError {
    return SallyportError.is(value) && value.name === 'FleetError'
  }

  override toJSON(): { code: FleetErrorCode; title: string; path?: string | undefined } {
    return { ...super.toJSON(), path: this.path }
  }
}

const longestPath = 200
const longestDetail = 1_000

// A name from a hostile bundle must neither steer the terminal nor push the rest out of sight.
function show(text: string, longest: number): string {
  const visible = toVisible(text.slice(0, longest))
  return visible.length > longest || text.length > longest ? `${visible.slice(0, longest)}…` : visible
}
