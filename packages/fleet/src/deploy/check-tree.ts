import { hashFile, openFile } from './files.ts'
import type { Folder } from './folder.ts'
import { Places } from './places.ts'
import type { FileRecord, Plan } from './plan.ts'
import { FleetError } from '../fleet-error.ts'

/** One difference between a release and what is on disk. */
export interface ReleaseProblem {
  /** Relative path in the release. */
  readonly path: string
  /** `kind`: a link, a folder instead of a file, or the reverse. */
  readonly problem: 'missing' | 'extra' | 'changed' | 'kind'
}

const mostAtOnce = 16

/** Compares a folder with its plan: every file by size and content, and no other files. */
export async function checkTree(folder: Folder, plan: Plan<FileRecord>): Promise<ReleaseProblem[]> {
  const problems: ReleaseProblem[] = []
  await checkFolder(folder, '', plan, problems, new Places(mostAtOnce))
  return problems.toSorted((left, right) => (left.path < right.path ? -1 : 1))
}

async function checkFolder(
  folder: Folder,
  prefix: string,
  plan: Plan<FileRecord>,
  problems: ReleaseProblem[],
  places: Places,
): Promise<void> {
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

async function checkFile(folder: Folder, name: string, file: FileRecord): Promise<'missing' | 'changed' | undefined> {
  const opened = await openFile(folder, name)
  if (opened === undefined) return 'missing'
  try {
    const isSame = opened.size === file.size && (await hashFile(opened.handle, file.size)) === file.sha256
    return isSame ? undefined : 'changed'
  } finally {
    await opened.handle.close()
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
    detail: `${JSON.stringify(first.path)} is ${words[first.problem]}${others}`,
  })
}

const words = {
  missing: 'missing',
  extra: 'not part of it',
  changed: 'changed',
  kind: 'a link, or a folder instead of a file',
} as const satisfies Record<ReleaseProblem['problem'], string>
