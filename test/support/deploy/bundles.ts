import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { AgentBundle } from '../../../packages/fleet/src/bundle/agent-bundle.ts'

/** A bundle with exactly these files; digests are computed here, not by the code under test. */
export function makeBundle(files: Record<string, string | Uint8Array>, name?: string): AgentBundle {
  const list = Object.entries(files)
    .map(([path, content]) => ({ path, bytes: Buffer.from(content) }))
    .toSorted((left, right) => Buffer.compare(Buffer.from(left.path), Buffer.from(right.path)))
    .map(({ path, bytes }) => ({ path, bytes, sha256: sha256(bytes) }))
  return {
    agentsMd: String(files['AGENTS.md'] ?? ''),
    config: name === undefined ? {} : { name },
    tools: { tools: [], interrupts: [], raw: {} },
    skills: [],
    subagents: [],
    files: list,
    digest: sha256(list.map(({ path, bytes, sha256: digest }) => `${digest} ${bytes.length} ${path}\n`).join('')),
    warnings: [],
  }
}

/** Version `number` of one agent; versions differ in every file and in their list of files. */
export function makeVersion(number: number, { files = 2 } = {}): AgentBundle {
  const content: Record<string, string> = {
    'AGENTS.md': `# Researcher, version ${number}\n`,
    'config.json': JSON.stringify({
      name: 'Researcher',
      config: { configurable: { llm_model_config: { modelId: `anthropic:model-${number}` } } },
    }),
    'tools.json': JSON.stringify({ tools: [], interrupt_config: {}, version: number }),
    'subagents/critic/AGENTS.md': `---\ndescription: Version ${number}\n---\nCriticise.\n`,
    'subagents/critic/tools.json': JSON.stringify({ tools: [], version: number }),
  }
  for (let index = 0; index < files; index += 1) {
    content[`skills/skill-${index}/SKILL.md`] =
      `---\nname: skill-${index}\n---\n${`${number} `.repeat(200 * (index + 1))}`
    content[`skills/skill-${index}/references/only-in-${number}/notes.md`] = `${number}`
  }
  return makeBundle(content, 'Researcher')
}

export interface Entry {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly mode: number
  /** SHA-256 of a file, target of a link. */
  readonly content: string
}

/** Everything below a folder, links not followed. */
export async function snapshot(folder: string, prefix = ''): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  for (const name of (await readdir(join(folder, prefix))).toSorted()) {
    const path = prefix + name
    const full = join(folder, path)
    const stat = await lstat(full)
    const mode = stat.mode & 0o7777
    if (stat.isSymbolicLink()) entries.set(path, { kind: 'link', mode: 0, content: await readlink(full) })
    else if (stat.isFile()) entries.set(path, { kind: 'file', mode, content: sha256(await readFile(full)) })
    else if (stat.isDirectory()) {
      entries.set(path, { kind: 'folder', mode, content: '' })
      for (const [below, entry] of await snapshot(folder, `${path}/`)) entries.set(below, entry)
    } else entries.set(path, { kind: 'other', mode, content: '' })
  }
  return entries
}

/** The result of `snapshot` for a bundle written exactly. */
export function expectedSnapshot(bundle: AgentBundle): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const { path, sha256: content } of bundle.files) {
    const segments = path.split('/')
    for (let end = 1; end < segments.length; end += 1) {
      entries.set(segments.slice(0, end).join('/'), { kind: 'folder', mode: 0o755, content: '' })
    }
    entries.set(path, { kind: 'file', mode: 0o644, content })
  }
  return entries
}

/** Whether a folder is exactly the bundle, modes included. */
export async function isExactly(folder: string, bundle: AgentBundle): Promise<boolean> {
  const [found, expected] = [await snapshot(folder), expectedSnapshot(bundle)]
  return found.size === expected.size && [...expected].every(([path, entry]) => isEqual(found.get(path), entry))
}

function isEqual(left: Entry | undefined, right: Entry): boolean {
  return left?.kind === right.kind && left.mode === right.mode && left.content === right.content
}

export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
