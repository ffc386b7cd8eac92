import { checkInput, FleetError, readFolder, writeBundle, type FleetField } from '@sallyport/fleet'
import { invalidValue, SandboxError } from '../error.ts'
import type { FleetWebhook } from '../state/state.ts'
import { toToolAuth, type ToolNeeds } from './tool-auth.ts'

/** The person who runs a webhook; fields as on the wire. */
export interface Publisher {
  readonly user_id: string
  readonly email: string
}

/** What `toPublishBody` needs. */
export interface Publication {
  readonly webhook: Pick<FleetWebhook, 'name' | 'fields'>
  /** Path of the agent's folder. */
  readonly folder: string
  readonly input: Readonly<Record<string, unknown>>
  readonly publisher: Publisher
  readonly toolNeeds: ToolNeeds
}

/**
 * Creates the body of a Fleet delivery: the zipped agent, and the form's values with defaults.
 *
 * @throws SandboxError `VALUE_INVALID` for the form or the folder
 */
export async function toPublishBody(publication: Publication): Promise<Record<string, unknown>> {
  const { webhook, folder, publisher, toolNeeds } = publication
  const input = checkForm(webhook.fields, publication.input)
  const bundle = await readAgent(folder)
  const archive = await writeBundle(bundle)
  const { name = 'Agent', description } = bundle.config
  return {
    action: webhook.name,
    input,
    publisher,
    agent: { name, description: description ?? '' },
    tool_auth_requirements: toToolAuth(bundle, toolNeeds),
    files: { type: 'zip', filename: toFilename(name), content_base64: Buffer.from(archive).toString('base64') },
    fields: webhook.fields,
  }
}

function checkForm(fields: FleetWebhook['fields'], input: Publication['input']): Readonly<Record<string, unknown>> {
  const names = new Set(fields.map(({ name }) => name))
  const stray = Object.keys(input).find((name) => !names.has(name))
  if (stray !== undefined) throw invalidValue(`input.${stray}`, 'is not a field of the form')
  // The fields were checked when the webhook was saved.
  const form = checkInput(fields.map((field) => ({ type: 'string', ...field })) as unknown as FleetField[], input)
  if (form.ok) return form.input
  const problems = form.problems.map(({ field, message }) => ({ location: `input.${field}`, message }))
  throw new SandboxError('VALUE_INVALID', form.problems.map(({ label, message }) => `${label} ${message}`).join('; '), {
    problems,
  })
}

async function readAgent(folder: string) {
  try {
    return await readFolder(folder)
  } catch (error) {
    if (FleetError.is(error)) throw new SandboxError('VALUE_INVALID', `the agent: ${error.message}`, { cause: error })
    throw new SandboxError('NOT_FOUND', 'the folder of the agent cannot be read; check its path and permissions', {
      cause: error,
    })
  }
}

// As in the documents: `My_Agent.zip`.
function toFilename(name: string): string {
  return `${name.replaceAll(/[^\p{Letter}\p{Number}.-]+/gu, '_').slice(0, 100)}.zip`
}
