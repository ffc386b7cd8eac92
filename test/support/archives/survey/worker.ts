import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { digestOf, libraries } from '../libraries.ts'

export interface SurveyTask {
  readonly library: keyof typeof libraries
  /** Archives on disk. */
  readonly files: readonly string[]
  readonly from: number
  readonly shared: SharedArrayBuffer
}

/** The result of a library for one archive: a digest of the returned files, or nothing. */
export interface SurveyAnswer {
  readonly index: number
  readonly handedOut?: string
}

const { library, files, from, shared } = workerData as SurveyTask
const state = new Float64Array(shared)
const read = libraries[library]

for (const [index, file] of files.entries()) {
  if (index < from) continue
  const bytes = readFileSync(file)
  state[0] = Date.now()
  const found = await read(bytes).catch(() => new Map<string, string>())
  state[0] = 0
  const answer: SurveyAnswer = found.size === 0 ? { index } : { index, handedOut: digestOf(found) }
  parentPort!.postMessage(answer, [])
}
