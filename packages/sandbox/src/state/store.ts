import { open, readFile, rename, rm } from 'node:fs/promises'
import { SandboxError } from '../error.ts'
import { lockState, type StateLock } from './lock.ts'
import { createEmptyState, SandboxState, type Attempt } from './state.ts'

/** The state, and where it is kept. */
export interface Store {
  readonly state: SandboxState
  /** To be called after each change; a file is written soon, once for many changes. */
  changed(): void
  /** Waits until every change is kept, and leaves the file to the next sandbox. */
  close(): Promise<void>
}

/** A state that ends with the process. */
export function createMemoryStore(): Store {
  return { state: createEmptyState(), changed() {}, close: async () => {} }
}

/**
 * A state in a file of JSON, readable by its owner only, since it holds secrets.
 *
 * @param onError told of a write that failed; the next change tries again
 * @throws SandboxError `STATE_INVALID`, `STATE_UNUSABLE`, `STATE_LOCKED`
 */
export async function openFileStore(path: string, onError: (error: unknown) => void): Promise<Store> {
  // Before it is locked too, so that nothing is left beside a file of another program.
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
    // A pause of one turn, so that the changes of one request make one write.
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
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return createEmptyState()
    throw new SandboxError('STATE_UNUSABLE', `The state file ${path} cannot be read`, { cause: error })
  }
  try {
    return SandboxState.parse(JSON.parse(text))
  } catch {
    // Without the cause: it could quote a secret.
    throw new SandboxError('STATE_INVALID', `The state file ${path} is damaged or of another program; remove it`)
  }
}

async function save(path: string, state: SandboxState): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await replaceFile(path, temporary, JSON.stringify(state))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw new SandboxError('STATE_UNUSABLE', `The state file ${path} cannot be written`, { cause: error })
  }
}

/** Puts a new content in the place of a file in one step, readable by its owner only. */
export async function replaceFile(path: string, temporary: string, content: string): Promise<void> {
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

/** Adds an attempt, and forgets the oldest where there are too many. A large body is counted and not kept. */
export function keepAttempt({ attempts }: SandboxState, attempt: Attempt): void {
  const { requestBody: _large, ...rest } = attempt
  attempts.push(attempt.requestBytes > largestBody ? rest : attempt)
  let bytes = attempts.reduce((sum, { requestBody = '' }) => sum + requestBody.length, 0)
  while (attempts.length > mostAttempts || bytes > mostBytes) bytes -= attempts.shift()?.requestBody?.length ?? 0
}
