/** The moments at which a test may look, interfere or kill, in the order in which a first deployment passes them. */
export const stepNames = [
  'claiming', // the lock: a claim is prepared, and not yet in place
  'locked', // the lock is held
  'found', // what stands there already has been looked at
  'manifested', // the manifest of the release stands beside the place of its folder
  'made', // the temporary folder exists, and is empty
  'file', // before each file
  'written', // every file is written and flushed
  'checked', // the last checks before the rename have passed
  'renamed', // the folder has its final name
  'recorded', // the history names the release
  'linked', // the new link exists under a temporary name
  'switched', // `current` is the new release
  'discarded', // an old release has lost its name, and is not yet removed
] as const

export type StepName = (typeof stepNames)[number]

/** What tests replace; no part of the public interface. */
export interface Ports {
  /** Awaited at each step, with the path concerned. */
  readonly step: (name: StepName, path: string) => void | Promise<void>
  /** Whether folders may be held by descriptor, see `Folder`. */
  readonly anchored: boolean
  /** How `current` points: a symbolic link, or a file holding the path where links need a privilege. */
  readonly pointer: 'link' | 'file'
  /** After how many looks without a sign of life, 50 ms apart, an owner of the lock that cannot be judged is taken for dead. */
  readonly looksUntilSilent: number
}

export const realPorts: Ports = {
  step: () => undefined,
  anchored: process.platform === 'linux',
  pointer: process.platform === 'win32' ? 'file' : 'link',
  looksUntilSilent: 200,
}
