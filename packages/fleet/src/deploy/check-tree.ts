import { fileMode, folderMode, hashFile, openFile } from '../disk/files.ts'
import type { Folder } from '../disk/folder.ts'
import { keepsModes, permissionsOf } from '../disk/modes.ts'
import { Places } from '../disk/places.ts'
import type { FileRecord, Plan } from './plan.ts'
import { FleetError } from '../fleet-error.ts'

/** One difference between a release and what is on disk. */
export interface ReleaseProblem {
  /** Relative path in the release; `.` for its folder. */
  readonly path: string
  /**
   * `kind`: a link, a folder instead of a file, or the reverse. `linked`: the file has another name somewhere (a hard link), by
   * which it may be changed. `mode`: not the mode it was written with. Of several, the first in this order.
   */
  readonly problem: 'missing' | 'extra' | 'kind' | 'changed' | 'linked' | 'mode'
}

const mostAtOnce = 16

/**
 * Compares a folder with its plan: every file by size, content, mode and number of names, every folder by its mode, and no other
 * files.
 *
 * @param spare a folder on the same disk, to find out whether it keeps modes
 */
export async function checkTree(folder: Folder, plan: Plan<FileRecord>, spare: Folder): Promise<ReleaseProblem[]> {
  const found: ReleaseProblem[] = []
  await checkFolder(folder, '', plan, found, new Places(mostAtOnce))
  const isMode = ({ problem }: ReleaseProblem) => problem === 'mode'
  const problems = found.some(isMode) && !(await keepsModes(spare)) ? found.filter((each) => !isMode(each)) : found
  return problems.toSorted((left, right) => (left.path < right.path ? -1 : 1))
}

async function checkFolder(
  folder: Folder,
  prefix: string,
  plan: Plan<FileRecord>,
  problems: ReleaseProblem[],
  places: Places,
): Promise<void> {
  if (permissionsOf(await folder.self()) !== folderMode)
    problems.push({ path: prefix === '' ? '.' : prefix.slice(0, -1), problem: 'mode' })
  for (const name of await folder.names()) {
    if (!plan.files.has(name) && !plan.folders.has(name)) problems.push({ path: prefix + name, problem: 'extra' })
  }
  await places.each(plan.files, async ([name, file]) => {
    const problem = await orKind(() => checkFile(folder, name, file))
    if (problem !== undefined) problems.push({ path: prefix + name, problem })
  })
  await places.each(plan.folders, async ([name, below]) => {
    const problem = await orKind(async () => {
      const child = await folder.find(name)
      if (child === undefined) return 'missing'
      try {
        await checkFolder(child, `${prefix}${name}/`, below, problems, places)
      } finally {
        await child.close()
      }
      return undefined
    })
    if (problem !== undefined) problems.push({ path: prefix + name, problem })
  })
}

async function checkFile(folder: Folder, name: string, file: FileRecord): Promise<Problem> {
  const opened = await openFile(folder, name)
  if (opened === undefined) return 'missing'
  const { handle, stat } = opened
  try {
    if (stat.size !== file.size || (await hashFile(handle, file.size)) !== file.sha256) return 'changed'
    // What shares the file may be changed by a name that nobody looks at.
    if (stat.nlink > 1) return 'linked'
    return permissionsOf(stat) === fileMode ? undefined : 'mode'
  } finally {
    await handle.close()
  }
}

type Problem = ReleaseProblem['problem'] | undefined

async function orKind(check: () => Promise<Problem>): Promise<Problem> {
  try {
    return await check()
  } catch (error) {
    if (FleetError.is(error) && error.code === 'TARGET_UNSAFE') return 'kind'
    throw error
  }
}

/** The error for a release that differs from its manifest. Without problems, the manifest itself is missing or damaged. */
export function toDamage(path: string, problems: readonly ReleaseProblem[]): FleetError {
  const [first] = problems
  if (first === undefined)
    return new FleetError('RELEASE_DAMAGED', { path, detail: 'its manifest is missing or damaged' })
  const others = problems.length === 1 ? '' : ` and ${problems.length - 1} more`
  return new FleetError('RELEASE_DAMAGED', {
    path,
    detail: `${JSON.stringify(first.path)} ${words[first.problem]}${others}`,
  })
}

const words = {
  missing: 'is missing',
  extra: 'is not part of it',
  changed: 'is changed',
  kind: 'is a link, or a folder instead of a file',
  linked: 'has another name (a hard link)',
  mode: 'has another mode',
} as const satisfies Record<ReleaseProblem['problem'], string>
