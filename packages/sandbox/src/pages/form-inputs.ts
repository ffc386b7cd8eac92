import { html } from 'hono/html'
import { faultKinds } from '../delivery/faults.ts'
import { invalidValue } from '../error.ts'
import type { FormField } from '../fleet/form-schema.ts'
import { readTypedJson, type FormValues } from './form-values.ts'
import { areaField, selectField, type Html } from './layout.ts'

interface Option {
  readonly label?: string | null | undefined
  readonly value: unknown
}

/** Shows a form field as an input. */
export function formInput(field: FormField): Html {
  const { type, label, standIn, options } = readField(field)
  const name = inputName(field)
  const text = standIn === undefined || standIn === null ? '' : toText(standIn)
  switch (type) {
    case 'boolean':
      return html`<label class="check">
        <input type="checkbox" name="${name}" ${standIn === true ? 'checked' : ''} />
        <span>${label}</span>
      </label>`
    case 'textarea':
      return areaField(name, label, { value: text })
    case 'json':
      return areaField(name, `${label} (JSON)`, {
        value: standIn === undefined ? '' : JSON.stringify(standIn, undefined, 2),
      })
    case 'select': {
      const choices = options.map(({ value, label: shown }) => [toText(value), shown ?? toText(value)] as const)
      return selectField(name, label, text === '' ? [['', ''], ...choices] : choices, text)
    }
    default:
      return html`<label>
        <span>${label}</span>
        <input type="${type === 'number' ? 'number' : 'text'}" step="any" name="${name}" value="${text}" />
      </label>`
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
  if (type === 'json') return readTypedJson(String(field['name']), text)
  if (type === 'select') return options.find(({ value }) => toText(value) === text)?.value ?? text
  if (type !== 'number') return text.replaceAll('\r\n', '\n')
  const number = Number(text)
  if (Number.isFinite(number)) return number
  throw invalidValue(String(field['name']), 'must be a number')
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

/** Shows the choice of a fault. */
export function faultField(): Html {
  return selectField('fault', 'Fault', [['', 'none'], ...faultKinds.map((kind) => [kind, kind] as const)])
}
