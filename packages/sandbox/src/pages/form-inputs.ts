import { invalidValue } from '../error.ts'
import type { FormField } from '../fleet/form-schema.ts'
import type { Fields } from './fields.ts'
import { readTypedJson, type FormValues } from './form-values.ts'
import type { Html } from './layout.ts'

interface Option {
  readonly label?: string | null | undefined
  readonly value: unknown
}

/** Shows a field of Fleet's form as an input. */
export function formInput(fields: Fields, field: FormField): Html {
  const { type, label, standIn, options } = readField(field)
  const name = inputName(field)
  const value = standIn === undefined || standIn === null ? '' : toText(standIn)
  switch (type) {
    case 'boolean':
      return fields.check(name, label, standIn === true)
    case 'textarea':
      return fields.area(name, label, { value })
    case 'json': {
      const text = standIn === undefined ? '' : JSON.stringify(standIn, undefined, 2)
      return fields.area(name, `${label} (JSON)`, { value: text })
    }
    case 'select': {
      const choices = options.map((option) => [toText(option.value), option.label ?? toText(option.value)] as const)
      return fields.select(name, label, value === '' ? [['', ''], ...choices] : choices, value)
    }
    default:
      return fields.text(name, label, { value, type: type === 'number' ? 'number' : 'text' })
  }
}

/**
 * Reads a submitted form as values of the fields' types. An empty input is no value.
 *
 * @throws SandboxError `VALUE_INVALID` for invalid JSON or numbers
 */
export function readFormInput(fields: readonly FormField[], values: FormValues): Record<string, unknown> {
  const entries = fields.map((field) => [String(field['name']), readValue(field, values[inputName(field)])] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function readValue(field: FormField, text: string | undefined): unknown {
  const { type, options } = readField(field)
  if (type === 'boolean') return text !== undefined
  if (text === undefined || text === '') return undefined
  if (type === 'json') return readTypedJson(inputName(field), text)
  if (type === 'select') return options.find(({ value }) => toText(value) === text)?.value ?? text
  if (type !== 'number') return text.replaceAll('\r\n', '\n')
  const number = Number(text)
  if (Number.isFinite(number)) return number
  throw invalidValue(inputName(field), 'must be a number')
}

function inputName({ name }: FormField): string {
  return `input.${String(name)}`
}

function readField({ type, name, label, default: standIn, options }: FormField) {
  const choices = (Array.isArray(options) ? options : []) as (Option | string)[]
  return {
    type: typeof type === 'string' ? type : 'string',
    label: typeof label === 'string' && label !== '' ? label : String(name),
    standIn,
    options: choices.map((option): Option => {
      if (typeof option === 'string') return { label: option, value: option }
      return { label: option.label ?? toText(option.value), value: option.value }
    }),
  }
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
