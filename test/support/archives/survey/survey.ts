import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { hostileArchives } from '../hostile/index.ts'
import { digestOf, type libraries } from '../libraries.ts'
import type { BatchProgram } from '../batch-reader.ts'
import type { SurveyAnswer, SurveyTask } from './worker.ts'

type LibraryName = keyof typeof libraries

/** The result for each hostile archive, by its number: a digest of the returned files, `refused` or `hangs`. */
export type Survey = ReadonlyMap<number, string>

const refused = 'refused'
const hangs = 'hangs'
const patience = 1000

/** Writes every hostile archive into a folder, once for all readers. */
export function writeHostile(folder: string): string[] {
  return hostileArchives.map(({ build }, index) => {
    const file = join(folder, `${index}.zip`)
    writeFileSync(file, build())
    return file
  })
}

/** Lets one library read every hostile archive, each for at most a second. */
export async function surveyLibrary(library: LibraryName, files: readonly string[]): Promise<Survey> {
  const survey = new Map<number, string>()
  while (survey.size < files.length) {
    await runWorker(library, files, survey)
    // The first archive without an answer stopped it.
    if (survey.size < files.length) survey.set(survey.size, hangs)
  }
  return survey
}

async function runWorker(library: LibraryName, files: readonly string[], survey: Map<number, string>): Promise<void> {
  const shared = new SharedArrayBuffer(8)
  const state = new Float64Array(shared)
  const workerData: SurveyTask = { library, files, from: survey.size, shared }
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'), {
    workerData,
    execArgv: ['--conditions=@sallyport/source', '--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  })
  worker.on('message', ({ index, handedOut }: SurveyAnswer) => survey.set(index, handedOut ?? refused))
  // Out of memory counts as a hang.
  worker.on('error', () => {})
  const watchdog = setInterval(() => {
    const startedAt = state[0]!
    if (startedAt === 0 || Date.now() - startedAt < patience) return
    clearInterval(watchdog)
    void worker.terminate()
  }, 50)
  await once(worker, 'exit')
  clearInterval(watchdog)
}

/** The same with a reader in another language, without a time limit. */
export async function surveyProgram({ start }: BatchProgram, files: readonly string[]): Promise<Survey> {
  const reader = start()
  for (const file of files) await reader.send(readFileSync(file))
  const readings = await reader.finish()
  return new Map(
    readings.map((reading, index) => {
      return [index, 'files' in reading && reading.files.size > 0 ? digestOf(reading.files) : refused]
    }),
  )
}

// Rules about bytes; the other rules are about names, limits and bundles.
const structuralRules = new Set([2, 3, 4, 5, 6, 7, 9, 10, 15, 16, 17, 18])

/** A readable table: how many hostile archives each reader accepts, and how often readers disagree. */
export function describeSurveys(surveys: ReadonlyMap<string, Survey>): string {
  const indices = [...hostileArchives.keys()]
  const structural = indices.filter((index) => structuralRules.has(hostileArchives[index]!.rule))
  const count = (survey: Survey, among: readonly number[], wanted: (answer: string) => boolean) => {
    return String(among.filter((index) => wanted(survey.get(index) ?? refused)).length)
  }
  const isHandedOut = (answer: string) => answer !== refused && answer !== hangs
  const rows = [...surveys].map(([name, survey]) => [
    name,
    count(survey, indices, isHandedOut),
    count(survey, structural, isHandedOut),
    count(survey, indices, (answer) => answer === hangs),
  ])
  const disagreed = indices.filter((index) => {
    return new Set([...surveys.values()].map((survey) => survey.get(index) ?? refused).filter(isHandedOut)).size > 1
  })
  const head = ['reader', `of ${indices.length}`, `of ${structural.length} structural`, `over ${patience / 1000} s`]
  const lines = [head, ...rows].map((cells) =>
    cells.map((cell, column) => cell.padEnd(column === 0 ? 22 : 20)).join(''),
  )
  return [
    'Hostile archives that readers hand files out of',
    ...lines,
    `${disagreed.length} of them are different files to different readers`,
  ].join('\n')
}
