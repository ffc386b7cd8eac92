import type { Slicer } from '../zip/slicer.ts'
import type { BundleFile } from './agent-bundle.ts'

/** A folder with a skill, and its files. */
export interface SkillFolder {
  /** Path below `skills/`. */
  readonly name: string
  /** Its `SKILL.md`; `undefined` if it has none. */
  readonly main?: BundleFile | undefined
  /** Every other file, without those of skills inside it. */
  readonly files: BundleFile[]
}

const root = 'skills/'
const mainName = '/SKILL.md'

/**
 * The skills of a bundle: every folder with a `SKILL.md`, at any depth below `skills/`, as the runtimes look for them
 * (fleet-deepagents-export, `skills.py`, read 2026-11). A file belongs to the nearest of them. Other files belong to their
 * folder directly below `skills/`, which is listed too.
 */
export async function listSkillFolders(files: readonly BundleFile[], slicer: Slicer): Promise<SkillFolder[]> {
  const inside = files.filter(({ path }) => path.startsWith(root) && path.includes('/', root.length))
  const mains = new Map(
    inside.filter(({ path }) => path.endsWith(mainName)).map((file) => [file.path.slice(0, -mainName.length), file]),
  )
  const folders = new Map<string, SkillFolder>()
  for (const file of inside) {
    const path = nearest(file.path, mains)
    const main = mains.get(path)
    const folder = folders.get(path) ?? { name: path.slice(root.length), main, files: [] }
    folders.set(path, folder)
    if (file !== main) folder.files.push(file)
    if (slicer.isLate()) await slicer.pause()
  }
  return [...folders.values()]
}

function nearest(path: string, mains: ReadonlyMap<string, BundleFile>): string {
  let folder = path.slice(0, path.lastIndexOf('/'))
  for (;;) {
    const parent = folder.slice(0, folder.lastIndexOf('/'))
    if (mains.has(folder) || parent.length < root.length) return folder
    folder = parent
  }
}
