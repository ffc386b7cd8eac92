import { toVisible } from 'sallyport/provider'
import { SallyportError } from 'sallyport'
import { fixOf, fleetErrorCodes, type FleetErrorCode } from './error-codes.ts'

/** Where and why, for the message of a `FleetError`. */
export interface FleetErrorOptions {
  readonly path?: string | undefined
  readonly detail?: string | undefined
  readonly cause?: unknown
  /** The publisher caused it and may read it: a handler that throws it answers 422 with the message. @default false */
  readonly isForSender?: boolean | undefined
}

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

  constructor(code: FleetErrorCode, { path, detail, cause, isForSender = false }: FleetErrorOptions = {}) {
    const title = fleetErrorCodes[code]
    const shownPath = path === undefined ? undefined : show(path, longestPath)
    const shownDetail = detail === undefined ? undefined : show(detail, longestDetail)
    const message = [title, shownPath, shownDetail].filter((part) => part !== undefined).join(': ')
    super(code, message, { title, fix: fixOf(code), cause, reason: isForSender ? `${code}: ${message}` : undefined })
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
