import { checkInput, FleetField } from '@sallyport/fleet'
import { invalidValue } from '../error.ts'

/** The documented field types. */
const fieldTypes = ['string', 'number', 'boolean', 'textarea', 'json', 'select'] as const

/** A form field, as its owner wrote it. */
export type FormField = Readonly<Record<string, unknown>>

const mostFields = 50

/**
 * Checks the form schema of a webhook: `{fields: […]}` with unique names, documented types, options for `select`, and valid
 * defaults.
 *
 * @param schema `undefined` for a webhook without a form
 * @returns the fields, unchanged
 * @throws SandboxError `VALUE_INVALID`
 */
export function checkFormSchema(schema: unknown): FormField[] {
  if (schema === undefined || schema === null) return []
  const { fields } = schema as { fields?: unknown }
  if (typeof schema !== 'object' || !Array.isArray(fields)) throw invalidValue('form_schema', 'must be {"fields": […]}')
  if (fields.length > mostFields) throw invalidValue('form_schema.fields', `must have at most ${mostFields} fields`)
  const read = fields.map((field: unknown, index) => checkField(field, `form_schema.fields[${index}]`))
  const form = checkInput(read, {})
  if (!form.ok)
    throw invalidValue('form_schema.fields', form.problems.map((one) => `${one.field}: ${one.message}`).join('; '))
  return fields as FormField[]
}

function checkField(value: unknown, location: string): FleetField {
  const { success, data: field } = FleetField.safeParse(value)
  if (!success) throw invalidValue(location, 'must be a field with a name; options need a label and a value')
  if (!fieldTypes.some((type) => type === field.type)) {
    throw invalidValue(`${location}.type`, `must be one of ${fieldTypes.join(', ')}`)
  }
  const hasOptions = (field.options ?? []).length > 0
  if ((field.type === 'select') !== hasOptions) {
    throw invalidValue(`${location}.options`, field.type === 'select' ? 'are required' : 'are for select only')
  }
  return field
}
