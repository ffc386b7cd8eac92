import { RejectError } from 'sallyport'
import type { JsonObject, StandardSchema } from 'sallyport/provider'
import type { ToolAuthRequirement } from '../auth/requirement.ts'
import type { AgentBundle } from '../bundle/agent-bundle.ts'
import type { BundleLimits } from '../bundle/limits.ts'
import { readBundle } from '../bundle/read-bundle.ts'
import type { FleetPublisher } from '../deploy/manifest.ts'
import { FleetError } from '../fleet-error.ts'
import type { FleetInput } from './check-input.ts'
import { FleetPayload, type FleetField } from './payload.ts'
import { readInput, type InputRule } from './read-input.ts'

/** The data of a Fleet event: a published agent. */
export interface FleetPublish<Input = FleetInput> {
  /** Name of the webhook that was run. */
  readonly action: string
  /** The checked values of the form. */
  readonly input: Input
  /** Who ran it. `deployBundle` keeps publisher and action in the manifest of the release. */
  readonly publisher: FleetPublisher
  readonly agent: { readonly name: string | undefined; readonly description: string | undefined }
  /** What the agent's tools need, for `checkToolAuth`; members as on the wire. */
  readonly toolAuth: readonly ToolAuthRequirement[]
  /** The agent's files, for `deployBundle`. */
  readonly bundle: AgentBundle
  /** When the bundle was read, ISO 8601. */
  readonly readAt: string
  /** The form's definition. */
  readonly fields: readonly FleetField[]
  /** Type and name of the archive. */
  readonly files: { readonly type: 'zip'; readonly filename: string | undefined }
  /** The payload as it arrived, with unknown members but without the archive's text: that is `bundle`. */
  readonly raw: JsonObject
}

/**
 * The schema of one action: checks the payload, then the input, then the bundle, cheapest first.
 *
 * @returns a schema. It throws `RejectError` for what the publisher should see, with the bundle's code or the labels of wrong
 * fields; anything else is an issue
 */
export function createPublishSchema(
  rule: InputRule,
  limits: BundleLimits,
): StandardSchema<unknown, FleetPublish<unknown>> {
  return {
    '~standard': {
      version: 1,
      vendor: 'sallyport',
      async validate(value) {
        const result = FleetPayload.safeParse(value)
        if (!result.success) return { issues: result.error.issues }
        const input = await readInput(rule, result.data)
        const bundle = await readArchive(result.data, limits)
        return { value: { ...toPublish(result.data, input, bundle), raw: withoutArchive(value as JsonObject) } }
      },
    },
  }
}

async function readArchive({ files }: FleetPayload, limits: BundleLimits): Promise<AgentBundle> {
  try {
    return await readBundle(files.content_base64, limits)
  } catch (error) {
    if (FleetError.is(error)) throw new RejectError(`${error.code}: ${error.message}`, { cause: error })
    throw error
  }
}

function toPublish(payload: FleetPayload, input: unknown, bundle: AgentBundle): Omit<FleetPublish<unknown>, 'raw'> {
  const { action, tool_auth_requirements: toolAuth, fields } = payload
  const { user_id, email } = payload.publisher ?? {}
  const { name, description } = payload.agent ?? {}
  return {
    action,
    input,
    publisher: { userId: user_id ?? undefined, email: email ?? undefined },
    agent: { name: name ?? undefined, description: description ?? undefined },
    toolAuth,
    bundle,
    readAt: new Date().toISOString(),
    fields,
    files: { type: payload.files.type, filename: payload.files.filename ?? undefined },
  }
}

// Otherwise the text of a large archive would live as long as the event.
function withoutArchive(payload: JsonObject): JsonObject {
  const { content_base64: _bundle, ...files } = payload['files'] as JsonObject
  return { ...payload, files }
}
