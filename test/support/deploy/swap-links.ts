// A thread that swaps a file or folder for a link to another place and back, until it is told to stop. It calls the file system
// synchronously, so that it is as fast as an attacker's own program.
import { renameSync, rmSync, symlinkSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

/** What is swapped; `state` is shared: how often it was swapped, and 1 to stop. */
export interface SwapTask {
  readonly path: string
  readonly target: string
  readonly state: SharedArrayBuffer
}

export const swapCount = 0
export const swapStop = 1

const { path, target, state } = workerData as SwapTask
const shared = new Int32Array(state)
while (Atomics.load(shared, swapStop) === 0) {
  renameSync(path, `${path}.aside`)
  symlinkSync(target, path)
  rmSync(path)
  renameSync(`${path}.aside`, path)
  Atomics.add(shared, swapCount, 1)
}
