import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SandboxError } from '../error.ts'

/** The agents that callers may name: folders inside one folder. Over HTTP no path is ever taken. */
export interface Agents {
  /** Their names, sorted; none where the folder is missing. */
  list(): Promise<readonly string[]>
  /** @throws SandboxError `NOT_FOUND` */
  find(name: string): Promise<string>
}

/** Reads the names anew each time, so that an agent may be added while the sandbox runs. */
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
      // Only a name that was read there: nothing can lead out of the folder.
      if (folder !== undefined && (await list()).includes(name)) return join(folder, name)
      throw new SandboxError(
        'NOT_FOUND',
        `there is no agent of that name; the sandbox's option "agents" names their folder`,
      )
    },
  }
}
