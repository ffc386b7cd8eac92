import { createHash, randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { FleetError } from '../fleet-error.ts'
import { isErrno } from './disk-error.ts'
import type { Folder } from './folder.ts'
import { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } from './open-folder.ts'

/** Mode of every written file, whatever the umask. */
export const fileMode = 0o644
/** Mode of every folder, whatever the umask. */
export const folderMode = 0o755

const chunkSize = 1024 * 1024

/**
 * Writes a new file and flushes it.
 *
 * @returns SHA-256 of the written bytes
 */
export async function createFile(folder: Folder, name: string, bytes: Uint8Array): Promise<string> {
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
  const handle = await open(await folder.at(name), flags, fileMode).catch((error: unknown) => {
    throw isErrno(error, 'EEXIST', 'ELOOP') ? occupied(folder, name) : error
  })
  try {
    if (!folder.anchored && !(await folder.holds(name, handle))) throw occupied(folder, name)
    await folder.ports.chmod(handle, fileMode)
    const hash = createHash('sha256')
    for (let start = 0; start < bytes.length; start += chunkSize) {
      // Hashed between two writes, so that a large file does not hold up the event loop.
      const chunk = bytes.subarray(start, start + chunkSize)
      hash.update(chunk)
      await writeAll(handle, chunk)
    }
    await handle.sync()
    return hash.digest('hex')
  } finally {
    await handle.close()
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, offset)
    offset += bytesWritten
  }
}

/**
 * Writes a file whole or not at all; replaces a file or link of that name.
 *
 * Not `write-file-atomic`: it works on paths, so a folder of the path could be swapped for a link in between, and it does
 * not flush the folder, so the rename may be lost in a power failure.
 */
export async function replaceFile(folder: Folder, name: string, text: string): Promise<void> {
  const temporary = toTemporaryName()
  try {
    await createFile(folder, temporary, Buffer.from(text))
    await replaceEntry(folder, temporary, name)
  } catch (error) {
    await folder.unlink(temporary).catch(() => undefined)
    throw error
  }
  await folder.sync()
}

/** Renames a file or link over another. */
export async function replaceEntry(folder: Folder, from: string, to: string): Promise<void> {
  try {
    await folder.rename(from, to)
  } catch (error) {
    throw isErrno(error, 'EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST') ? occupied(folder, to) : error
  }
}

/** A regular file, open for reading, and what it was when it was opened. */
export interface OpenedFile {
  readonly handle: FileHandle
  readonly stat: Stats
}

/**
 * Opens a regular file of this folder for reading; `undefined` when there is no entry of that name.
 *
 * @throws FleetError `TARGET_UNSAFE` for a link and for everything else that is no regular file
 */
export async function openFile(folder: Folder, name: string): Promise<OpenedFile | undefined> {
  const isLinkFollowed = O_NOFOLLOW === 0
  if (isLinkFollowed && (await folder.stat(name))?.isSymbolicLink() === true) throw notAFile(folder, name)
  let handle: FileHandle
  try {
    // A planted pipe must not block.
    handle = await open(await folder.at(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw isErrno(error, 'ELOOP', 'EMLINK', 'ENXIO', 'EISDIR') ? notAFile(folder, name) : error
  }
  try {
    const stat = await handle.stat()
    // A folder that is not held may have been swapped just before the file was opened.
    if (stat.isFile() && (folder.anchored || (await folder.holds(name, handle)))) return { handle, stat }
    throw notAFile(folder, name)
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Reads an open file to its end; `undefined` for one of more than `mostBytes`, even if it grows meanwhile. */
export async function readOpened({ handle, stat }: OpenedFile, mostBytes: number): Promise<Buffer | undefined> {
  if (stat.size > mostBytes) return undefined
  // One byte more, so that the end shows without another buffer.
  let bytes = Buffer.allocUnsafeSlow(stat.size + 1)
  let length = 0
  while (length <= mostBytes) {
    if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(length + chunkSize, mostBytes + 1))
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length)
    if (bytesRead === 0) return bytes.subarray(0, length)
    length += bytesRead
  }
  return undefined
}

/** Reads a small text file; `undefined` when there is none, or one larger than `mostBytes`. */
export async function readSmallFile(folder: Folder, name: string, mostBytes: number): Promise<string | undefined> {
  const opened = await openFile(folder, name)
  if (opened === undefined) return undefined
  try {
    return (await readOpened(opened, mostBytes))?.toString('utf8')
  } finally {
    await opened.handle.close()
  }
}

/** Digest of the first `size` bytes of an open file. */
export async function hashFile(handle: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(Math.min(size, chunkSize))
  for (let position = 0; position < size;) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - position), position)
    // It became shorter meanwhile; the digest will differ.
    if (bytesRead === 0) break
    hash.update(buffer.subarray(0, bytesRead))
    position += bytesRead
  }
  return hash.digest('hex')
}

const temporaryPrefix = '.new-'

/** An unpredictable name, for unfinished files and folders. */
export function toTemporaryName(): string {
  return temporaryPrefix + randomBytes(16).toString('hex')
}

export function isTemporaryName(name: string): boolean {
  return name.startsWith(temporaryPrefix) && /^[0-9a-f]{32}$/.test(name.slice(temporaryPrefix.length))
}

function occupied(folder: Folder, name: string): FleetError {
  return new FleetError('TARGET_UNSAFE', { path: join(folder.path, name), detail: 'something else has this name' })
}

function notAFile(folder: Folder, name: string): FleetError {
  return new FleetError('TARGET_UNSAFE', { path: join(folder.path, name), detail: 'not a regular file' })
}
