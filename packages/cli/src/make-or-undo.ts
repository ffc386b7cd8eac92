import { mkdir, rmdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** Takes back what a step made; leaves what somebody else has put there meanwhile. */
export type Undo = () => Promise<void>

/** Runs steps in order. If one fails, it takes back what those before it made, the last first. */
export async function makeOrUndo(steps: readonly (() => Promise<Undo>)[]): Promise<void> {
  const undos: Undo[] = []
  try {
    for (const step of steps) undos.unshift(await step())
  } catch (error) {
    for (const undo of undos) await undo().catch(() => {})
    throw error
  }
}

/** Creates a folder and those above it, for its owner only. Undoing removes the new ones, as long as they are empty. */
export async function makeFolder(path: string): Promise<Undo> {
  const whole = resolve(path)
  const first = await mkdir(whole, { recursive: true, mode: 0o700 })
  return async () => {
    if (first === undefined) return
    for (let folder = whole; folder.length >= first.length; folder = dirname(folder)) await rmdir(folder)
  }
}
