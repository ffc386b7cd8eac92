import { clipVisible } from 'sallyport/provider'
import { RejectError } from 'sallyport'
import type { SchemaOutput, StandardIssue, StandardSchema } from 'sallyport/provider'
import { checkInput, fillIn, nameOf, type FleetInput, type InputProblem } from './check-input.ts'
import type { FleetPayload } from './payload.ts'

/** How the input of an action is checked: by a schema, or by the form's definition in the payload. */
export type InputRule = StandardSchema | 'fields'

/** The checked input under a rule. */
export type InputOf<Rule extends InputRule> = Rule extends StandardSchema ? SchemaOutput<Rule> : FleetInput

/**
 * Checks the input of a payload. Under either rule, the form's defaults replace missing values.
 *
 * @throws RejectError with the labels of wrong fields, without values
 */
export async function readInput(rule: InputRule, payload: FleetPayload): Promise<unknown> {
  if (rule === 'fields') {
    const checked = checkInput(payload.fields, payload.input)
    return checked.ok ? checked.input : reject(checked.problems)
  }
  const result = await rule['~standard'].validate(fillIn(payload.fields, payload.input))
  return result.issues ? reject(result.issues.map((issue) => toProblem(issue, rule, payload))) : result.value
}

const mostShown = 10
const longestMessage = 400

function reject(problems: readonly Pick<InputProblem, 'label' | 'message'>[]): never {
  const shown = problems.slice(0, mostShown).map(({ label, message }) => `${label}: ${message}`)
  const rest = problems.length - shown.length
  throw new RejectError(`INPUT_INVALID: ${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`)
}

function toProblem(
  issue: StandardIssue,
  rule: StandardSchema,
  { fields }: FleetPayload,
): Pick<InputProblem, 'label' | 'message'> {
  const [name, ...inside] = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step))
  return {
    label: name === undefined ? 'The input' : [labelOf(name, fields), ...inside.map(showMember)].join('.'),
    message: messageOf(issue, rule),
  }
}

// Messages of zod say what was expected. Those of other vendors may repeat the value, which must not be shown.
function messageOf(issue: StandardIssue, rule: StandardSchema): string {
  if (rule['~standard'].vendor !== 'zod') return 'is not valid for this receiver'
  // Except for this one, which lists the unexpected members.
  if ('code' in issue && issue.code === 'unrecognized_keys') return 'has members that this receiver does not know'
  return clipVisible(issue.message, longestMessage)
}

function labelOf(name: string, fields: FleetPayload['fields']): string {
  return nameOf(fields.find((field) => field.name === name) ?? { name }).label
}

// Inside a value, a name may be entered text.
function showMember(name: string): string {
  return /^[\w$-]{1,64}$/.test(name) ? name : '*'
}
