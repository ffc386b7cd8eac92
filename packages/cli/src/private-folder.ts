import { readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { makeFolder, type Undo } from './make-or-undo.ts'

/** Name of the folder in which the command keeps what it needs, next to the project. */
const ownFolder = '.sallyport'

/**
 * Creates a folder for secrets, signatures and payloads: for its owner only, and with a `.gitignore` that hides everything in
 * it. A folder with other files, and the current folder, stay as they are, except `.sallyport`, which is ours by its name.
 *
 * @param path absolute path of the folder
 * @param cwd the current folder
 */
export async function makePrivateFolder(path: string, cwd: string): Promise<Undo> {
  const undoFolder = await makeFolder(path)
  const before = await readdir(path)
  const isOurs = isOwnFolder(path) || (before.length === 0 && resolve(path) !== resolve(cwd))
  const ignore = join(path, '.gitignore')
  if (!isOurs || before.includes('.gitignore')) return undoFolder
  // Another process may just have written it; a folder that takes no file says so when it is used.
  const isWritten = await writeFile(ignore, '*\n', { flag: 'wx' }).then(
    () => true,
    () => false,
  )
  if (!isWritten) return undoFolder
  return async () => {
    const kept = ['.gitignore', ...before]
    const isAsBefore = (await readdir(path)).every((name) => kept.includes(name))
    if (isAsBefore) await rm(ignore)
    await undoFolder()
  }
}

/** Makes the folder of a file that is secret: `.sallyport` as a private one, another one is the user's to hide. */
export async function makeFolderOf(file: string, cwd: string): Promise<Undo> {
  const folder = resolve(file, '..')
  return isOwnFolder(folder) ? makePrivateFolder(folder, cwd) : makeFolder(folder)
}

const isOwnFolder = (path: string): boolean => basename(path) === ownFolder
