import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ProjectFile } from './project.ts'
import { UsageError } from './usage-error.ts'

// A new repository is still an empty folder.
const ignored = new Set(['.git', '.DS_Store'])

/**
 * Checks that a project can be written to a folder.
 *
 * @throws UsageError for a file, or a folder that is not empty
 */
export function checkTarget(folder: string): void {
  const path = resolve(folder)
  if (!existsSync(path)) return
  if (!statSync(path).isDirectory()) throw new UsageError(`${folder} is a file; choose another name`)
  const [first] = readdirSync(path).filter((name) => !ignored.has(name))
  if (first !== undefined) throw new UsageError(`${folder} is not empty; choose another name, or empty it first`)
}

/** Writes all files of a project, or none. */
export function writeProject(folder: string, files: readonly ProjectFile[]): void {
  checkTarget(folder)
  const root = resolve(folder)
  const made: string[] = []
  try {
    for (const { path, text, isSecret } of files) {
      const file = join(root, path)
      // The first folder that was missing, with everything in it.
      const first = mkdirSync(dirname(file), { recursive: true })
      if (first !== undefined) made.push(first)
      writeFileSync(file, text, { flag: 'wx', mode: isSecret ? 0o600 : 0o666 })
      made.push(file)
    }
  } catch (error) {
    for (const path of made) rmSync(path, { recursive: true, force: true })
    throw error
  }
}
