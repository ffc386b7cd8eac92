import { checkInput, FleetField } from '@sallyport/fleet'
import { invalidValue } from '../error.ts'

/** The types of field that the documents name. */
export const fieldTypes = ['string', 'number', 'boolean', 'textarea', 'json', 'select'] as const

/** A field of a form, as its owner wrote it. */
export type FormField = Readonly<Record<string, unknown>>

const mostFields = 50

/**
 * Checks the form schema of a webhook: `{fields: […]}`, each with a name of its own and a documented type, `select` with
 * options, defaults that are values of their fields.
 *
 * @param schema absent for a webhook without a form
 * @returns the fields as they were given
 * @throws SandboxError `VALUE_INVALID`
 */
export function checkFormSchema(schema: unknown): FormField[] {
  if (schema === undefined || schema === null) return []
  const { fields } = schema as { fields?: unknown }
  if (typeof schema !== 'object' || !Array.isArray(fields)) throw invalidValue('form_schema', 'must be {"fields": […]}')
  if (fields.length > mostFields) throw invalidValue('form_schema.fields', `has more than ${mostFields} fields`)
  const read = fields.map((field: unknown, index) => checkField(field, `form_schema.fields[${index}]`))
  const form = checkInput(read, {})
  if (!form.ok)
    throw invalidValue('form_schema.fields', form.problems.map((one) => `${one.field}: ${one.message}`).join('; '))
  return fields as FormField[]
}

function checkField(value: unknown, location: string): FleetField {
  const { success, data: field } = FleetField.safeParse(value)
  if (!success) throw invalidValue(location, 'is not a field: it needs a name, and options have a label and a value')
  if (!fieldTypes.some((type) => type === field.type)) {
    throw invalidValue(`${location}.type`, `is not one of ${fieldTypes.join(', ')}`)
  }
  const hasOptions = (field.options ?? []).length > 0
  if ((field.type === 'select') !== hasOptions) {
    throw invalidValue(`${location}.options`, field.type === 'select' ? 'are required' : 'are for select only')
  }
  return field
}
