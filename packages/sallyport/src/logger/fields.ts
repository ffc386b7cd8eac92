import { toAttemptFailure, type Redact } from '../inbox/attempt-failure.ts'
import { clipVisible, toVisible } from '../errors/visible-text.ts'
import type { Fields } from './logger.ts'

const longest = 200

/** Members that are known, their texts made visible and cut: types, ids and names come from outside. */
export function toFields(members: Fields): Fields {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, toField(value)]])),
  )
}

function toField(value: unknown): unknown {
  return typeof value === 'string' ? clipVisible(value, longest) : value
}

/**
 * What was thrown, as a line has it: cut, and without the credentials that are known.
 *
 * @param redact removes known secrets from a text
 */
export function toErrorField(thrown: unknown, redact: Redact): Fields {
  const { name, message, stack } = toAttemptFailure(thrown, redact)
  const code = readCode(thrown)
  const [shown, text] = [toVisible(name), toVisible(message)]
  return {
    name: shown,
    ...(code === undefined ? {} : { code }),
    message: text,
    stack: toVisible(stack.join('\n'), 'lines'),
  }
}

function readCode(thrown: unknown): string | undefined {
  try {
    const { code } = thrown as { code?: unknown }
    return typeof code === 'string' ? clipVisible(code, 40) : undefined
  } catch {
    return undefined
  }
}
