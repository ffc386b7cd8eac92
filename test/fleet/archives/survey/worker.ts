import { parentPort, workerData } from 'node:worker_threads'
import { hostileArchives } from '../hostile/index.ts'
import { digestOf, libraries } from '../libraries.ts'

export interface SurveyTask {
  readonly library: keyof typeof libraries
  readonly from: number
  readonly shared: SharedArrayBuffer
}

/** What a library made of one archive: a digest of the files that it handed out, or nothing. */
export interface SurveyAnswer {
  readonly index: number
  readonly handedOut?: string
}

const { library, from, shared } = workerData as SurveyTask
const state = new Float64Array(shared)
const read = libraries[library]

for (let index = from; index < hostileArchives.length; index++) {
  const bytes = hostileArchives[index]!.build()
  state[0] = Date.now()
  const files = await read(bytes).catch(() => new Map<string, string>())
  state[0] = 0
  const answer: SurveyAnswer = files.size === 0 ? { index } : { index, handedOut: digestOf(files) }
  parentPort!.postMessage(answer, [])
}
