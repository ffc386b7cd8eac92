import * as z from 'zod'
import { LongText } from 'sallyport/provider'
import { ToolAuthRequirements } from '../auth/requirement.ts'
import { isPlainObject } from '../bundle/read-text.ts'
import { listOf, shortText } from '../list-of.ts'

// Far more than any real form has.
const mostFields = 1_000
const mostOptions = 1_000
const mostValues = 10_000

// A missing list counts as empty: some JSON writers make no difference.
const none = <Item>(list: Item[] | null | undefined): Item[] => list ?? []

const FieldOption = z.union([
  z.looseObject({ label: z.string().nullish(), value: z.union([z.string(), z.number(), z.boolean()]).nullish() }),
  // Not documented, but clear.
  z.string().transform((value) => ({ label: value, value })),
])

/** One field of a webhook's form, as on the wire, with undocumented members. */
export const FleetField = z.looseObject({
  /** Name of the value in `input`; empty if the form does not say: then there is no value to check. */
  name: shortText.nullish().transform((name) => name ?? ''),
  label: z.string().nullish(),
  /** `string`, `number`, `boolean`, `textarea`, `json` or `select`; values of any other type are not checked. */
  type: shortText.nullish().transform((type) => type ?? 'string'),
  /** Choices of a `select`. */
  options: listOf(FieldOption, mostOptions).nullish(),
  /** Used if the input has no value. */
  default: z.unknown().optional(),
})

const Publisher = z.looseObject({ user_id: z.string().nullish(), email: z.string().nullish() })
const Agent = z.looseObject({ name: z.string().nullish(), description: z.string().nullish() })

/** One field of a webhook's form. */
export type FleetField = z.output<typeof FleetField>

/**
 * The body of a Fleet delivery: every documented member, with names as on the wire, and all unknown members. Only `action` and
 * `files.content_base64` are required: the documents list the others, but do not promise that they hold a value.
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
  publisher: Publisher.nullish(),
  agent: Agent.nullish(),
  tool_auth_requirements: ToolAuthRequirements.nullish().transform(none),
  files: z.looseObject({
    type: z
      .literal('zip')
      .nullish()
      .transform(() => 'zip' as const),
    filename: z.string().nullish(),
    /** Text, or what a receiver makes of a long one. */
    content_base64: z.union([z.string(), z.instanceof(LongText)]),
  }),
  /** The form's definition. */
  fields: listOf(FleetField, mostFields, ['options']).nullish().transform(none),
})

/** The body of a Fleet delivery. */
export type FleetPayload = z.output<typeof FleetPayload>

function isInput(value: unknown): boolean {
  return isPlainObject(value) && Object.keys(value).length <= mostValues
}
