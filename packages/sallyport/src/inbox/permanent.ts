/** Whether an error says that another try is useless; true for any error with `isPermanent: true`. Handlers throw anything. */
export function isPermanent(error: unknown): boolean {
  try {
    return typeof error === 'object' && error !== null && (error as { isPermanent?: unknown }).isPermanent === true
  } catch {
    return false
  }
}
