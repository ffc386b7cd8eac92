import { RejectError } from 'sallyport'
import type { JsonObject, StandardSchema } from 'sallyport/provider'
import type { ToolAuthRequirement } from '../auth/requirement.ts'
import type { AgentBundle } from '../bundle/agent-bundle.ts'
import type { BundleLimits } from '../bundle/limits.ts'
import { readBundle } from '../bundle/read-bundle.ts'
import { FleetError } from '../fleet-error.ts'
import type { FleetInput } from './check-input.ts'
import { FleetPayload, type FleetField } from './payload.ts'
import { readInput, type InputRule } from './read-input.ts'

/** Who ran the webhook. */
export interface FleetPublisher {
  readonly userId: string
  readonly email: string | undefined
}

/**
 * Who published what, when: plain data for a log. `deployBundle(data.bundle, root, data.audit)` keeps publisher and action
 * in the manifest of the release.
 */
export interface PublishAudit {
  readonly action: string
  /** With names as on the wire. */
  readonly publisher: { readonly user_id: string; readonly email: string | undefined }
  /** Name of the agent. */
  readonly agent: string
  /** Digest of its bundle. */
  readonly digest: string
  /** When the bundle had been read, ISO 8601. */
  readonly at: string
}

/** The data of a Fleet event: a published agent. */
export interface FleetPublish<Input = FleetInput> {
  /** Name of the webhook that was run. */
  readonly action: string
  /** Values of the form, checked. */
  readonly input: Input
  readonly publisher: FleetPublisher
  readonly audit: PublishAudit
  readonly agent: { readonly name: string; readonly description: string | undefined }
  /** What the agent's tools need, for `checkToolAuth`; members as on the wire. */
  readonly toolAuth: readonly ToolAuthRequirement[]
  /** The agent's files, for `deployBundle`. */
  readonly bundle: AgentBundle
  /** Definition of the form. */
  readonly fields: readonly FleetField[]
  /** What the archive was called. */
  readonly files: { readonly type: 'zip'; readonly filename: string }
  /** The payload as it arrived, unknown members included; all but the archive's text, which `bundle` stands for. */
  readonly raw: JsonObject
}

/**
 * The schema of one action: payload, then input, then the bundle, cheapest first.
 *
 * @returns a schema that throws `RejectError` for what the publisher should be told, with the bundle's code or the
 * labels of wrong fields; anything else that is wrong is an issue
 */
export function createPublishSchema(
  rule: InputRule,
  limits: Partial<BundleLimits>,
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

async function readArchive({ files }: FleetPayload, limits: Partial<BundleLimits>): Promise<AgentBundle> {
  try {
    return await readBundle(files.content_base64, limits)
  } catch (error) {
    if (FleetError.is(error)) throw new RejectError(`${error.code}: ${error.message}`, { cause: error })
    throw error
  }
}

function toPublish(payload: FleetPayload, input: unknown, bundle: AgentBundle): Omit<FleetPublish<unknown>, 'raw'> {
  const { action, tool_auth_requirements: toolAuth, fields } = payload
  const { user_id, email } = payload.publisher
  const { name, description } = payload.agent
  return {
    action,
    input,
    publisher: { userId: user_id, email: email ?? undefined },
    audit: {
      action,
      publisher: { user_id, email: email ?? undefined },
      agent: name,
      digest: bundle.digest,
      at: new Date().toISOString(),
    },
    agent: { name, description: description ?? undefined },
    toolAuth,
    bundle,
    fields,
    files: { type: payload.files.type, filename: payload.files.filename },
  }
}

// The text of a large archive would live as long as whoever keeps the event.
function withoutArchive(payload: JsonObject): JsonObject {
  const { content_base64: _bundle, ...files } = payload['files'] as JsonObject
  return { ...payload, files }
}
