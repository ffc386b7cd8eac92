/**
 * One entry of a problem document's `errors`: what is wrong, and where. Sonzai sends these with a 422 (its OpenAPI document, read
 * 29 November 2026).
 *
 * @example
 * for (const { location, message } of error.problem?.errors ?? []) console.error(location, message)
 */
export class ErrorDetail {
  /** The place of the value, such as `body.delay_hours` or `query.limit`. */
  declare readonly location?: string | undefined
  declare readonly message?: string | undefined
  readonly #value: unknown

  constructor({ location, message, value }: Pick<ErrorDetail, 'location' | 'message' | 'value'>) {
    if (location !== undefined) this.location = location
    if (message !== undefined) this.message = message
    this.#value = value
  }

  /**
   * The value the platform found there, without credentials; it may be what you sent. Ask for it: it is never in messages, in
   * JSON or in what `inspect` prints.
   */
  get value(): unknown {
    return this.#value
  }
}
