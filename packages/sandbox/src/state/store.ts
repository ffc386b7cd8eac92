import { open, readFile, rename, rm } from 'node:fs/promises'
import { decodeText } from 'sallyport/provider'
import { SandboxError } from '../error.ts'
import { lockState, type StateLock } from './lock.ts'
import { createEmptyState, SandboxState, type Attempt } from './state.ts'

/** The state and its storage. */
export interface Store {
  readonly state: SandboxState
  /** Call it after each change. A file is written soon, once for many changes. */
  changed(): void
  /** Waits until every change is written, and unlocks the file. */
  close(): Promise<void>
}

/** Creates a state in memory. */
export function createMemoryStore(): Store {
  return { state: createEmptyState(), changed() {}, close: async () => {} }
}

/**
 * Opens a state in a JSON file. Only its owner can read it, because it contains secrets.
 *
 * @param onError called when a write fails; the next change tries again
 * @throws SandboxError `STATE_INVALID`, `STATE_UNUSABLE`, `STATE_LOCKED`
 */
export async function openFileStore(path: string, onError: (error: unknown) => void): Promise<Store> {
  // Read before locking, so that a foreign file gets no lock file beside it.
  await readState(path)
  const lock = await lockState(path)
  try {
    const state = await readState(path)
    await save(path, state)
    return createFileStore(path, state, lock, onError)
  } catch (error) {
    lock.release()
    throw error
  }
}

function createFileStore(path: string, state: SandboxState, lock: StateLock, onError: (error: unknown) => void): Store {
  let writing: Promise<void> | undefined
  let isDirty = false

  async function writeAll(): Promise<void> {
    // Wait one turn, so that all changes of a request make one write.
    await new Promise(setImmediate)
    while (isDirty) {
      isDirty = false
      await save(path, state)
    }
  }

  return {
    state,
    changed() {
      isDirty = true
      writing ??= writeAll()
        .catch((error: unknown) => {
          isDirty = true
          onError(error)
        })
        .finally(() => (writing = undefined))
    },
    async close() {
      try {
        await writing
        if (isDirty) await save(path, state)
        isDirty = false
      } finally {
        lock.release()
      }
    },
  }
}

async function readState(path: string): Promise<SandboxState> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return createEmptyState()
    throw new SandboxError('STATE_UNUSABLE', `The state file ${path} cannot be read; check its permissions`, {
      cause: error,
    })
  }
  const read = decodeText(bytes)
  if (!read.ok)
    throw new SandboxError('STATE_INVALID', `The state file ${path} is ${read.encoding}; save it as UTF-8 or remove it`)
  try {
    return SandboxState.parse(JSON.parse(read.text))
  } catch {
    // No cause: it could quote a secret.
    throw new SandboxError(
      'STATE_INVALID',
      `The state file ${path} is damaged or belongs to another program; remove it`,
    )
  }
}

async function save(path: string, state: SandboxState): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await replaceFile(path, temporary, JSON.stringify(state))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw new SandboxError(
      'STATE_UNUSABLE',
      `The state file ${path} cannot be written; check its folder and permissions`,
      { cause: error },
    )
  }
}

/** Replaces a file atomically; only its owner can read it. */
// The secret store of @sallyport/platforms is written alike; neither package depends on the other.
async function replaceFile(path: string, temporary: string, content: string): Promise<void> {
  await rm(temporary, { force: true })
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}

const mostAttempts = 1000
const mostBytes = 16 * 1024 * 1024
const largestBody = 1024 * 1024

/** Adds an attempt and drops the oldest ones above the limits. A large body is counted but not kept. */
export function keepAttempt({ attempts }: SandboxState, attempt: Attempt): void {
  const { requestBody: _large, ...rest } = attempt
  attempts.push(attempt.requestBytes > largestBody ? rest : attempt)
  let bytes = attempts.reduce((sum, each) => sum + countBytes(each), 0)
  while (attempts.length > mostAttempts || bytes > mostBytes) bytes -= countBytes(attempts.shift()!)
}

function countBytes({ requestHeaders = [], requestBody = '', responseHeaders = [] }: Attempt): number {
  const heads = [...requestHeaders, ...responseHeaders].reduce(
    (sum, [name, value]) => sum + name.length + value.length,
    0,
  )
  return heads + requestBody.length
}
