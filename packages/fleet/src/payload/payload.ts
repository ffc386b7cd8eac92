import * as z from 'zod'
import { ToolAuthRequirements } from '../auth/requirement.ts'
import { isPlainObject } from '../bundle/read-text.ts'
import { listOf } from '../list-of.ts'

// Far more than any form has.
const mostFields = 1_000
const mostOptions = 1_000
const mostValues = 10_000

// A list that is not there is an empty one: not every JSON writer makes a difference.
const none = <Item>(list: Item[] | null | undefined): Item[] => list ?? []

const FieldOption = z.union([
  z.looseObject({ label: z.string().nullish(), value: z.union([z.string(), z.number(), z.boolean()]) }),
  // Not documented, and clear all the same.
  z.string().transform((value) => ({ label: value, value })),
])

/** One field of a webhook's form, as on the wire; members the documents do not name are kept. */
export const FleetField = z.looseObject({
  /** Names the value in `input`. */
  name: z.string().min(1),
  label: z.string().nullish(),
  /** `string`, `number`, `boolean`, `textarea`, `json` or `select`; another is kept, and its values are not checked. */
  type: z
    .string()
    .nullish()
    .transform((type) => type ?? 'string'),
  /** What a `select` offers. */
  options: listOf(FieldOption, mostOptions).nullish(),
  /** Taken where the input holds no value. */
  default: z.unknown().optional(),
})

/** One field of a webhook's form. */
export type FleetField = z.output<typeof FleetField>

/**
 * The body of a Fleet delivery: every documented member, with names as on the wire; unknown members are kept everywhere.
 *
 * @example
 * const { agent, publisher } = FleetPayload.parse(JSON.parse(text))
 */
export const FleetPayload = z.looseObject({
  /** Name of the webhook that was run; free text of its owner. */
  action: z.string().min(1).max(256),
  /** Values of the form by field name. */
  input: z
    .custom<Record<string, unknown>>(isInput, 'must be an object of at most 10,000 values')
    .nullish()
    .transform((input) => input ?? {}),
  publisher: z.looseObject({ user_id: z.string().min(1), email: z.string().nullish() }),
  agent: z.looseObject({ name: z.string(), description: z.string().nullish() }),
  tool_auth_requirements: ToolAuthRequirements.nullish().transform(none),
  files: z.looseObject({ type: z.literal('zip'), filename: z.string(), content_base64: z.string() }),
  /** The form's definition. */
  fields: listOf(FleetField, mostFields).nullish().transform(none),
})

/** The body of a Fleet delivery. */
export type FleetPayload = z.output<typeof FleetPayload>

function isInput(value: unknown): boolean {
  return isPlainObject(value) && Object.keys(value).length <= mostValues
}
