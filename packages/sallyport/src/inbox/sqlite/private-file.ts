import { closeSync, openSync } from 'node:fs'

// Payloads are for the account that runs the inbox. A file that exists keeps the mode somebody may have chosen for it; the
// log of a database takes over the mode of its file.
const ownerOnly = 0o600

/** Makes an empty file that only its owner can read, unless there is one. */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', ownerOnly))
  } catch {
    // It exists, or SQLite will say more exactly than this what is wrong with the place.
  }
}
