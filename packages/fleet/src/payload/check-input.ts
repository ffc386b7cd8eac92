import { checkValue, showLabel } from './input-value.ts'
import type { FleetField } from './payload.ts'

/** Values of a form by field name. */
export type FleetInput = Readonly<Record<string, unknown>>

/** What is wrong with one value; never the value itself. */
export interface InputProblem {
  /** Name of the field. */
  readonly field: string
  /** What the form calls it, on one line; the name where it has no label. */
  readonly label: string
  /** What it must be, as in `must be a number`. */
  readonly message: string
}

/** The answer of `checkInput`. */
export type InputCheck =
  | { readonly ok: true; readonly input: FleetInput }
  | { readonly ok: false; readonly problems: readonly InputProblem[] }

const mostFields = 200

/**
 * Checks the values of a form by the form's own definition, and fills in defaults.
 *
 * Strict: `number` takes finite JSON numbers, `boolean` `true` and `false`, `string` and `textarea` strings, `select` one
 * of its options, `json` any value; a string that begins as a JSON object or list is read as one. A value that is missing
 * or `null` is left empty: the default stands in, checked alike, or the member is absent. Fields of an unknown type and
 * members without a field are kept as they are.
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
  for (const field of fields) {
    const { name } = field
    const isDefault = isEmpty(values.get(name))
    const value = isDefault ? field.default : values.get(name)
    if (isEmpty(value)) {
      values.delete(name)
      continue
    }
    const checked = checkValue(field, value)
    if (checked.ok) values.set(name, checked.value)
    else
      problems.push({
        ...nameOf(field),
        message: isDefault ? `has a default that ${checked.message}` : checked.message,
      })
  }
  // It would become the prototype of whatever this is copied into.
  values.delete('__proto__')
  return problems.length === 0 ? { ok: true, input: Object.fromEntries(values) } : { ok: false, problems }
}

/** The values with the form's defaults for those that are missing; nothing is checked. */
export function fillIn(fields: readonly FleetField[], input: FleetInput): FleetInput {
  const values = new Map(Object.entries(input))
  for (const { name, default: standIn } of fields) {
    if (!values.has(name) && !isEmpty(standIn)) values.set(name, standIn)
  }
  values.delete('__proto__')
  return Object.fromEntries(values)
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null
}

/** A form that cannot be filled in unambiguously is no measure for any input. */
function findFormProblem(fields: readonly FleetField[]): InputProblem | undefined {
  const names = new Set<string>()
  for (const field of fields) {
    if (field.name === '__proto__') return { ...nameOf(field), message: 'has a name that no field may have' }
    if (names.has(field.name)) return { ...nameOf(field), message: 'has the name of another field' }
    if (names.size === mostFields)
      return { ...nameOf(field), message: `is one field too many: at most ${mostFields} are read` }
    names.add(field.name)
  }
  return undefined
}

/** A field's name, and its label for a message. */
export function nameOf({ name, label }: Pick<FleetField, 'name' | 'label'>): Pick<InputProblem, 'field' | 'label'> {
  return { field: name, label: showLabel(label ?? '') || showLabel(name) }
}
