import { toAttemptFailure, type Redact } from '../inbox/attempt-failure.ts'
import { clipVisible, toVisible } from '../errors/visible-text.ts'
import { tryRead } from '../errors/sallyport-error.ts'
import type { Fields } from './logger.ts'

const longest = 200
const mostCauses = 3

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
 * What was thrown, as a line has it: cut, with what caused it, and without the credentials that are known.
 *
 * @param redact removes known secrets from a text
 */
export function toErrorField(thrown: unknown, redact: Redact): Fields {
  return toDescription(thrown, redact, 0)
}

/** @param depth 0 for what was thrown, 1 for its cause; causes may go round */
function toDescription(thrown: unknown, redact: Redact, depth: number): Fields {
  const { name, message, stack } = toAttemptFailure(thrown, redact)
  const code = readMember(thrown, 'code')
  const cause = depth === mostCauses ? undefined : readMember(thrown, 'cause')
  return {
    name: toVisible(name),
    ...(typeof code === 'string' && { code: clipVisible(code, 40) }),
    message: toVisible(message),
    ...(depth === 0 && { stack: toVisible(stack.join('\n'), 'lines') }),
    ...(cause !== undefined && { cause: toDescription(cause, redact, depth + 1) }),
  }
}

function readMember(thrown: unknown, member: 'code' | 'cause'): unknown {
  return tryRead(() => (thrown as Partial<Record<typeof member, unknown>>)[member], undefined)
}
