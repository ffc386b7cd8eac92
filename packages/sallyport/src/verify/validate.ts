import type { Provider } from './provider.ts'
import type { StandardIssue, StandardResult } from './standard-schema.ts'

/** Validated data, or where it is wrong. */
export type Validation =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly issues: readonly string[] }

const maxIssues = 10

/**
 * Validates event data by the schema of its type; data of an undeclared type passes as it is. Issues name places in the data,
 * never its values.
 */
export function validateData(provider: Provider, type: string, data: unknown): Validation | Promise<Validation> {
  if (!Object.hasOwn(provider.events, type)) return { ok: true, data }
  const answer = provider.events[type]!['~standard'].validate(data)
  // By its method: a library's own promise, or one of another realm, is no instance of this `Promise`.
  return 'then' in answer ? Promise.resolve(answer).then(toValidation) : toValidation(answer)
}

function toValidation(result: StandardResult<unknown>): Validation {
  if (result.issues) return { ok: false, issues: result.issues.slice(0, maxIssues).map(describePlace) }
  if (!('value' in result)) throw new TypeError('a schema returned neither a value nor issues')
  return { ok: true, data: result.value }
}

// A member name of a record is the sender's text; only plain names are shown.
const plainName = /^[\w.$-]{1,64}$/

function describePlace({ path = [] }: StandardIssue): string {
  const names = path.map((step) => String(typeof step === 'object' ? step.key : step))
  return names.length === 0 ? '(the data itself)' : names.map((name) => (plainName.test(name) ? name : '*')).join('.')
}
