import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliError } from './cli-error.ts'

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder; name a file',
  ENOENT: 'does not exist',
}

/**
 * Reads a file that the command line names.
 *
 * @param option where it was named, for the message
 * @throws CliError with the system's code, as `ENOENT`
 */
export async function readNamedFile(cwd: string, name: string, option: string): Promise<Buffer> {
  const path = resolve(cwd, name)
  try {
    return await readFile(path)
  } catch (cause) {
    const { code = 'EIO' } = cause as NodeJS.ErrnoException
    const message = `${option}: ${path} ${reasons[code] ?? `cannot be read (${code})`}`
    throw new CliError('unavailable', code, message, { cause })
  }
}
