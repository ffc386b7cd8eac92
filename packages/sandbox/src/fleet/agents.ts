import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SandboxError } from '../error.ts'

/** Agents by name: the folders inside one folder. The HTTP API never accepts a path. */
export interface Agents {
  /** Their names, sorted; empty if the folder is missing. */
  list(): Promise<readonly string[]>
  /** @throws SandboxError `NOT_FOUND` */
  find(name: string): Promise<string>
}

/** Creates the list of agents. It is read every time, so you can add agents while the sandbox runs. */
export function createAgents(folder: string | undefined): Agents {
  async function list(): Promise<string[]> {
    if (folder === undefined) return []
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    return folders.map(({ name }) => name).toSorted()
  }
  return {
    list,
    async find(name) {
      // Only listed names, so a name cannot lead out of the folder.
      if (folder !== undefined && (await list()).includes(name)) return join(folder, name)
      throw new SandboxError('NOT_FOUND', `there is no agent of that name; the option "agents" sets their folder`)
    },
  }
}
