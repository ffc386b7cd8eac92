/**
 * Thrown by a handler whose event will never succeed: it goes to the dead letters at once, whatever attempts are left.
 *
 * @example
 * receiver.on('tool.executed', ({ data }) => { if (!isOurs(data.toolName)) throw new Permanent('not our tool') })
 */
export class Permanent extends Error {
  override readonly name = 'Permanent'
  readonly isPermanent = true
}

/** Whether an error says that another try is useless; true for any error with `isPermanent: true`. Handlers throw anything. */
export function isPermanent(error: unknown): boolean {
  try {
    return typeof error === 'object' && error !== null && (error as { isPermanent?: unknown }).isPermanent === true
  } catch {
    return false
  }
}
