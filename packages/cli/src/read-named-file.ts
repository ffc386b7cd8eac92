import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliError } from './cli-error.ts'

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'is not readable by this user',
  EISDIR: 'is a folder; name a file',
  ENOENT: 'does not exist',
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
    const { code = 'EIO' } = cause as NodeJS.ErrnoException
    const message = `${option}: ${path} ${reasons[code] ?? `cannot be read (${code})`}`
    throw new CliError('unavailable', code, message, { cause })
  }
}
