import { checkValue, createJsonRoom, showLabel } from './input-value.ts'
import type { FleetField } from './payload.ts'

/** Values of a form by field name. */
export type FleetInput = Readonly<Record<string, unknown>>

/** What is wrong with one value; never shows the value itself. */
export interface InputProblem {
  /** Name of the field. */
  readonly field: string
  /** Label of the field on one line; its name if it has no label. */
  readonly label: string
  /** What it must be, as in `must be a number`. */
  readonly message: string
}

/** The result of `checkInput`. */
export type InputCheck =
  | { readonly ok: true; readonly input: FleetInput }
  | { readonly ok: false; readonly problems: readonly InputProblem[] }

const mostFields = 200

/**
 * Checks the values of a form against the form's own definition, and fills in defaults.
 *
 * Types are strict: `number` takes finite JSON numbers, `boolean` `true` and `false`, `string` and `textarea` strings, `select`
 * one of its options, `json` any value; a string that begins like a JSON object or list must be one. For a value that is
 * missing or `null` the default is used and checked; without a default the member stays absent. Fields of an unknown type and
 * members without a field stay as they are.
 *
 * @example
 * const check = checkInput(payload.fields, payload.input)
 * if (!check.ok) console.error(check.problems.map(({ label, message }) => `${label} ${message}`).join('; '))
 */
export function checkInput(fields: readonly FleetField[], input: FleetInput): InputCheck {
  const formProblem = findFormProblem(fields)
  if (formProblem) return { ok: false, problems: [formProblem] }

  const values = new Map(Object.entries(input))
  const problems: InputProblem[] = []
  const room = createJsonRoom()
  for (const field of fields) {
    const { name } = field
    if (name === '') continue
    const isDefault = isEmpty(values.get(name))
    const value = isDefault ? field.default : values.get(name)
    if (isEmpty(value)) {
      values.delete(name)
      continue
    }
    const checked = checkValue(field, value, room)
    if (checked.ok) values.set(name, checked.value)
    else
      problems.push({
        ...nameOf(field),
        message: isDefault ? `has a default that ${checked.message}` : checked.message,
      })
  }
  // It would become the prototype of an object that this is copied into.
  values.delete('__proto__')
  return problems.length === 0 ? { ok: true, input: Object.fromEntries(values) } : { ok: false, problems }
}

/** The values, with the form's defaults for missing ones; checks nothing. */
export function fillIn(fields: readonly FleetField[], input: FleetInput): FleetInput {
  const values = new Map(Object.entries(input))
  for (const { name, default: fallback } of fields) {
    if (name !== '' && !values.has(name) && !isEmpty(fallback)) values.set(name, fallback)
  }
  values.delete('__proto__')
  return Object.fromEntries(values)
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null
}

/** A form must be unambiguous to check any input against it. */
function findFormProblem(fields: readonly FleetField[]): InputProblem | undefined {
  const names = new Set<string>()
  for (const field of fields) {
    if (field.name === '') continue
    if (field.name === '__proto__') return { ...nameOf(field), message: 'has a forbidden name' }
    if (names.has(field.name)) return { ...nameOf(field), message: 'has the same name as another field' }
    if (names.size === mostFields)
      return { ...nameOf(field), message: `is one field too many: at most ${mostFields} are allowed` }
    names.add(field.name)
  }
  return undefined
}

/** A field's name, and its label for a message. */
export function nameOf({ name, label }: Pick<FleetField, 'name' | 'label'>): Pick<InputProblem, 'field' | 'label'> {
  return { field: name, label: showLabel(label ?? '') || showLabel(name) }
}
