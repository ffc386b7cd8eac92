const longest = 500

/** Name and message of an error, bounded; no stack, which may hold paths of the machine. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
