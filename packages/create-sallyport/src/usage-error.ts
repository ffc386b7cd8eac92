/** A command line or an answer that cannot be used: what, where, what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
