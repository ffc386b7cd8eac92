import { isUtf8 } from 'node:buffer'
import { constants } from 'node:fs'
import { lstat, open, readdir, readlink, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { invalidValue, SandboxError } from '../error.ts'

/** What a repository of the Context Hub holds. */
export type RepoType = 'agent' | 'skill'

/** The repositories on disk: the folders inside one folder of agents, and inside one of skills. */
export interface Repos {
  /** Their handles, sorted; empty if the folder is missing. */
  list(type: RepoType): Promise<readonly string[]>
  /**
   * The files as they are now, by path.
   *
   * @throws SandboxError `NOT_FOUND`; `VALUE_INVALID` for what the Context Hub does not keep: links, and files that are no text
   */
  read(type: RepoType, handle: string): Promise<Readonly<Record<string, string>>>
}

// As the client of LangSmith checks it before it creates a repository.
const handleForm = /^[a-z][a-z0-9-_]*$/
const mostFiles = 2_000
const mostBytes = 8 * 1024 * 1024

/** Creates the list of repositories. It is read every time, so you can add folders while the sandbox runs. */
export function createRepos(folders: Readonly<Record<RepoType, string | undefined>>): Repos {
  async function list(type: RepoType): Promise<string[]> {
    const folder = folders[type]
    if (folder === undefined) return []
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    return entries
      .flatMap((entry) => (entry.isDirectory() && handleForm.test(entry.name) ? [entry.name] : []))
      .toSorted()
  }
  return {
    list,
    async read(type, handle) {
      const folder = folders[type]
      // Only listed names, so a name cannot lead out of the folder.
      if (folder === undefined || !(await list(type)).includes(handle))
        throw new SandboxError(
          'NOT_FOUND',
          `there is no ${type} ${handle}; the options "agents" and "skills" set their folders`,
        )
      return readTexts(join(folder, handle))
    },
  }
}

async function readTexts(named: string): Promise<Record<string, string>> {
  const folder = await realpath(named)
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  if (entries.length > mostFiles) throw invalidValue('the repository', `has more than ${mostFiles} entries`)
  const texts: [path: string, text: string][] = []
  let total = 0
  for (const entry of entries) {
    const full = join(entry.parentPath, entry.name)
    const path = full.slice(folder.length + 1).replaceAll(sep, '/')
    if (entry.isDirectory()) continue
    if (!entry.isFile()) throw invalidValue(path, 'is neither a file nor a folder')
    const bytes = await readInside(full, path, mostBytes - total)
    total += bytes.length
    if (!isUtf8(bytes)) throw invalidValue(path, 'is not UTF-8; the Context Hub keeps text only')
    texts.push([path, bytes.toString()])
  }
  return Object.fromEntries(texts.toSorted(([left], [right]) => (left < right ? -1 : 1)))
}

// 0 on Windows, which does not have them.
const known: Partial<typeof constants> = constants
const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = known

/** Reads a file that is where it was listed: it, or a folder above it, may be a link since. */
async function readInside(full: string, path: string, left: number): Promise<Buffer> {
  const replaced = () => invalidValue(path, 'was replaced while the repository was read; try again')
  const handle = await open(full, constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    throw ['ELOOP', 'ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '') ? replaced() : error
  })
  try {
    const opened = await handle.stat({ bigint: true })
    // Where the opened file is, whatever its path leads to now. Elsewhere than on Linux only the path can be asked.
    const place = await readlink(`/proc/self/fd/${handle.fd}`).catch(async () => realpath(full))
    const { dev, ino } = await lstat(full, { bigint: true })
    if (!opened.isFile() || place !== full || dev !== opened.dev || ino !== opened.ino) throw replaced()
    if (opened.size > left) throw invalidValue('the repository', `has more than ${mostBytes} bytes`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}
