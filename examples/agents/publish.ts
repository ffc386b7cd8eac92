import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeBundle, type AgentBundle } from '@sallyport/fleet'

/** The agents of this folder: a folder with the files of each, and beside it what else Fleet sends. */
export const agentNames = ['meeting-preparer', 'release-notes'] as const

export type AgentName = (typeof agentNames)[number]

/** The body of a Fleet delivery. */
export interface FleetBody {
  readonly action: string
  readonly input: Readonly<Record<string, unknown>>
  readonly tool_auth_requirements: readonly object[]
  readonly files: { readonly type: 'zip'; readonly filename: string; readonly content_base64: string }
  readonly [member: string]: unknown
}

/** Where the files of an agent are. */
export function folderOf(name: AgentName): string {
  return join(import.meta.dirname, name)
}

/**
 * The body that Fleet sends when a user publishes an agent of this folder.
 *
 * @param bundle other files than those in the folder
 */
export async function toFleetBody(name: AgentName, bundle?: AgentBundle): Promise<FleetBody> {
  const rest = await readFile(join(import.meta.dirname, `${name}.webhook.json`), 'utf8')
  const archive = await writeBundle(bundle ?? folderOf(name))
  const files = { type: 'zip', filename: `${name}.zip`, content_base64: Buffer.from(archive).toString('base64') }
  return { ...(JSON.parse(rest) as Omit<FleetBody, 'files'>), files } as FleetBody
}
