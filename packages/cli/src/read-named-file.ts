import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliError } from './cli-error.ts'

const reasons: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  EACCES: ['is not readable by this user', 'Let this user read it, or run the command as its owner.'],
  // The message says what to do.
  EISDIR: ['is a folder; name a file', 'name a file'],
  ENOENT: ['does not exist', 'Check the path; it begins in the current folder.'],
  ENOTDIR: ['does not exist: a part of the path is a file', 'Check the path.'],
}

/**
 * The error for a file or folder that cannot be read: in every command the same words, and exit code 4.
 *
 * @param place the option or reference that named it, and its path
 * @param cause of the system
 * @param code of the error. @default the system's
 */
export function unreadable(place: string, cause: unknown, code?: string): CliError {
  const { code: reason = 'EIO' } = cause as NodeJS.ErrnoException
  const [what, fix] = reasons[reason] ?? ['cannot be read', 'Name a file that can be read.']
  const message = `${place} ${what}${code === undefined ? '' : ` (${reason})`}`
  return new CliError('unavailable', code ?? reason, message, { fix, cause })
}

const obstacles: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  EACCES: ['cannot be created or written by this user', 'Name another place, or change who may write there.'],
  EEXIST: ['is a file, not a folder', 'Name a folder.'],
  EISDIR: ['is a folder, not a file', 'Name a file.'],
  ENOENT: ['cannot be created: its folder does not exist', 'Create the folder first, or name another place.'],
  ENOSPC: ['cannot be written: the disk is full', 'Free some space, or name another place.'],
  ENOTDIR: ['cannot be created: a part of the path is a file', 'Check the path.'],
  EROFS: ['cannot be written: the file system is read-only', 'Name another place.'],
}

/**
 * The error for a file or folder that cannot be created or written.
 *
 * @param place the option that named it, and its path
 * @param cause of the system
 */
export function unwritable(place: string, cause: unknown): CliError {
  const { code = 'EIO' } = cause as NodeJS.ErrnoException
  const [what, fix] = obstacles[code] ?? ['cannot be created or written', 'Name another place.']
  return new CliError('unavailable', code, `${place} ${what}`, { fix, cause })
}

/**
 * Reads a file named on the command line.
 *
 * @param option the option that named it, for the message
 * @throws CliError with the system's code, such as `ENOENT`
 */
export async function readNamedFile(cwd: string, name: string, option: string): Promise<Buffer> {
  const path = resolve(cwd, name)
  try {
    return await readFile(path)
  } catch (cause) {
    throw unreadable(`${option}: ${path}`, cause)
  }
}
