import * as z from 'zod'
import { listOf, shortText } from '../list-of.ts'

const mostRequirements = 1_000
const mostNames = 1_000

// Empty where the sender names no tool: what it needs is still checked.
const toolName = shortText.nullish().transform((name) => name ?? '')

const NoAuth = z.looseObject({ tool_name: toolName, auth_type: z.literal('none') })

const ApiKeyAuth = z.looseObject({
  tool_name: toolName,
  auth_type: z.literal('api_key'),
  required_env_vars: listOf(shortText, mostNames),
})

const OAuthAuth = z.looseObject({
  tool_name: toolName,
  auth_type: z.literal('oauth'),
  auth_provider: shortText.min(1),
  // A provider may need no scopes.
  scopes: listOf(shortText, mostNames)
    .nullish()
    .transform((scopes) => scopes ?? []),
})

// TypeScript distinguishes the members of a union by literals only, so an unknown type moves to another member.
const UnknownAuth = z.looseObject({ tool_name: toolName, auth_type: shortText.nullish() }).transform((requirement) => {
  const { auth_type, declared_auth_type: declared } = requirement
  // Its own output reads the same again.
  const isRead = auth_type === 'unknown' && typeof declared === 'string'
  return { ...requirement, auth_type: 'unknown' as const, declared_auth_type: isRead ? declared : (auth_type ?? '') }
})

const known = { none: NoAuth, api_key: ApiKeyAuth, oauth: OAuthAuth } as const

/**
 * What one tool needs, with members as on the wire, undocumented ones included. An undocumented `auth_type` becomes
 * `unknown`; `declared_auth_type` then has the sent value.
 */
export type ToolAuthRequirement =
  | z.output<typeof NoAuth>
  | z.output<typeof ApiKeyAuth>
  | z.output<typeof OAuthAuth>
  | z.output<typeof UnknownAuth>

/**
 * One element of `tool_auth_requirements`: `none`, `api_key` with `required_env_vars`, or `oauth` with `auth_provider` and
 * `scopes`. Any other `auth_type` becomes `unknown` and is never ready. So does one that does not say what it needs: without
 * `required_env_vars`, or without `auth_provider`.
 */
export const ToolAuthRequirement = z.unknown().transform((value, context): ToolAuthRequirement => {
  const result = schemaFor(value).safeParse(value)
  if (result.success) return result.data
  context.issues.push(...result.error.issues.map((issue) => ({ ...issue, input: value }) as z.core.$ZodRawIssue))
  return z.NEVER
})

/**
 * The schema of `tool_auth_requirements`: at most 1,000, each with at most 1,000 variables or scopes, and
 * 3,000 of these in all. A name has at most 256 characters.
 *
 * @example
 * const requirements = ToolAuthRequirements.parse(payload.tool_auth_requirements)
 */
export const ToolAuthRequirements = listOf(ToolAuthRequirement, mostRequirements, ['required_env_vars', 'scopes'])

/** The member of each known type that says what the tool needs. */
const needs = { none: undefined, api_key: 'required_env_vars', oauth: 'auth_provider' } as const

function schemaFor(value: unknown): z.ZodType<ToolAuthRequirement> {
  const members = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const { auth_type: type } = members
  if (typeof type !== 'string' || !Object.hasOwn(known, type)) return UnknownAuth
  const need = needs[type as keyof typeof known]
  return need !== undefined && (members[need] ?? undefined) === undefined
    ? UnknownAuth
    : known[type as keyof typeof known]
}
