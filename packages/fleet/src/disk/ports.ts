import { AsyncLocalStorage } from 'node:async_hooks'
import { rename, type FileHandle } from 'node:fs/promises'

/** The moments at which a test may look, interfere or kill, in the order of a first deployment. */
export const stepNames = [
  'claiming', // a claim for the lock is prepared, but not yet in place
  'locked', // the lock is held
  'found', // the existing release, if any, has been compared
  'manifested', // the manifest of the release is written
  'made', // the temporary folder exists and is empty
  'file', // before each file
  'written', // every file is written and flushed
  'checked', // the last checks before the rename have passed
  'renamed', // the folder has its final name
  'recorded', // the history names the release
  'linked', // the new link exists under a temporary name
  'switched', // `current` points to the new release
  'discarded', // an old release has lost its name and is about to be removed
] as const

export type StepName = (typeof stepNames)[number]

/** What tests can replace; not part of the public interface. Every `Folder` carries them, from its root down. */
export interface Ports {
  /** Awaited at each step, with the path concerned. */
  readonly step: (name: StepName, path: string) => void | Promise<void>
  /** Whether folders may be held by descriptor, see `Folder`. */
  readonly anchored: boolean
  /** How `current` points: a symbolic link, or a file with the path in it where links need a privilege. */
  readonly pointer: 'link' | 'file'
  /** Flushes an open folder. */
  readonly sync: (handle: FileHandle) => Promise<void>
  readonly chmod: (handle: FileHandle, mode: number) => Promise<void>
  readonly rename: (from: string, to: string) => Promise<void>
  /** After how many looks without a heartbeat, 50 ms apart, a lock's owner of unknown state counts as dead. */
  readonly looksUntilSilent: number
}

const realPorts: Ports = {
  step: () => undefined,
  anchored: process.platform === 'linux',
  pointer: process.platform === 'win32' ? 'file' : 'link',
  sync: async (handle) => handle.sync(),
  chmod: async (handle, mode) => handle.chmod(mode),
  rename,
  looksUntilSilent: 200,
}

const replaced = new AsyncLocalStorage<Ports>()

/** The ports of a folder that is opened now. */
export function currentPorts(): Ports {
  return replaced.getStore() ?? realPorts
}

/** Runs `work` with some ports replaced. For tests: they call the same functions as users do. */
export async function withPorts<Result>(ports: Partial<Ports>, work: () => Promise<Result>): Promise<Result> {
  return replaced.run({ ...realPorts, ...ports }, work)
}
