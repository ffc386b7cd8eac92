import { readBundle, type AgentBundle, type BundleFile } from '@sallyport/fleet'
import { toFleetBody, type FleetBody } from '../../agents/publish.ts'

const agent = 'meeting-preparer'

/** A state of the demo's agent, as somebody publishes it. */
export interface AgentVersion {
  readonly bundle: AgentBundle
  readonly body: FleetBody
}

/** What makes another version out of one. */
export interface AgentChange {
  /** Texts by path; a file that is not there yet is added. */
  readonly texts: Readonly<Record<string, string>>
  /** Further tool auth requirements. */
  readonly needs?: readonly object[]
}

/** The agent as it stands in its folder. */
export async function readFirstVersion(): Promise<AgentVersion> {
  const body = await toFleetBody(agent)
  return { body, bundle: await readBundle(body.files.content_base64) }
}

export async function changeVersion({ bundle, body }: AgentVersion, change: AgentChange): Promise<AgentVersion> {
  const { files } = await toFleetBody(agent, withFiles(bundle, change.texts))
  const tool_auth_requirements = [...body.tool_auth_requirements, ...(change.needs ?? [])]
  return { body: { ...body, files, tool_auth_requirements }, bundle: await readBundle(files.content_base64) }
}

/** The bundle with other files, whatever they are called; nothing checks them before somebody reads the archive. */
export function withFiles(bundle: AgentBundle, texts: Readonly<Record<string, string | Uint8Array>>): AgentBundle {
  const files = bundle.files.filter(({ path }) => !Object.hasOwn(texts, path))
  return { ...bundle, files: [...files, ...Object.entries(texts).map(toFile)] }
}

/** The text of a file. */
export function textOf({ bundle }: AgentVersion, path: string): string {
  return Buffer.from(bundle.files.find((file) => file.path === path)!.bytes).toString()
}

function toFile([path, text]: [string, string | Uint8Array]): BundleFile {
  return { path, bytes: Buffer.from(text as Uint8Array), sha256: '' }
}
