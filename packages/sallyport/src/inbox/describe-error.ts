const longest = 500

/** Name and message of an error, bounded; no stack, which may hold paths of the machine. Handlers throw anything. */
export function describeError(error: unknown): string {
  const text = toText(error)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

function toText(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  } catch {
    return 'an error without a text'
  }
}
