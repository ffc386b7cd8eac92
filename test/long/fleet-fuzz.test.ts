import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { attempt } from '../support/archives/attempt.ts'
import { findBatchPrograms } from '../support/archives/batch-reader.ts'
import { compareExtractors, compareLibraries, readChanges } from '../support/archives/fields/compare.ts'
import { listFieldChanges } from '../support/archives/fields/index.ts'
import { createRandom } from '../support/random.ts'
import { describeReport, mergeReports, problemsOf, runFuzz } from '../support/archives/fuzz/run.ts'
import { hostileArchives } from '../support/archives/hostile/index.ts'
import { libraries } from '../support/archives/libraries.ts'
import {
  describeSurveys,
  surveyLibrary,
  surveyProgram,
  writeHostile,
  type Survey,
} from '../support/archives/survey/survey.ts'

const seed = Number(process.env['FUZZ_SEED'] ?? 2026)
const mutants = Number(process.env['FUZZ_MUTANTS'] ?? 100_000)

describe('readBundle', () => {
  it(`reads ${mutants} mutants as other readers do, or rejects them`, async () => {
    const half = Math.ceil(mutants / 2)
    const report = mergeReports(await Promise.all([runFuzz(seed, 0, half), runFuzz(seed, half, mutants)]))
    console.info(describeReport(report, seed))
    expect(problemsOf(report, seed)).toEqual([])
  })
})

describe('readBundle, one field changed', () => {
  const changes = listFieldChanges()

  it(`reads ${changes.length} archives as libraries do, or rejects them`, async () => {
    const { accepted } = await readChanges(changes)
    console.info(`One field changed: ${changes.length} archives, ${accepted.length} accepted`)
    expect(await compareLibraries(accepted)).toEqual([])
  })

  it('reads them as programs extract them, or rejects them', async () => {
    const random = createRandom(seed, 0)
    const { accepted } = await readChanges(Array.from({ length: 1500 }, () => random.pick(changes)))
    expect(await compareExtractors(accepted)).toEqual([])
  })
})

describe('readBundle, hostile archives', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-hostile-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('rejects every archive, also those other readers accept', async () => {
    const files = writeHostile(folder)
    const surveys = new Map<string, Survey>([['ours', await surveyOurs()]])
    const names = Object.keys(libraries) as (keyof typeof libraries)[]
    const halves = [names.filter((_, index) => index % 2 === 0), names.filter((_, index) => index % 2 === 1)]
    await Promise.all(
      halves.map(async (half) => {
        for (const name of half) surveys.set(name, await surveyLibrary(name, files))
      }),
    )
    for (const program of findBatchPrograms()) surveys.set(program.name, await surveyProgram(program, files))
    console.info(describeSurveys(surveys))
    expect([...surveys.get('ours')!.values()].filter((answer) => answer !== 'refused')).toEqual([])
  })
})

async function surveyOurs(): Promise<Survey> {
  const survey = new Map<number, string>()
  for (const [index, { build, limits }] of hostileArchives.entries()) {
    const { code } = await attempt(build(), limits)
    survey.set(index, code === 'ACCEPTED' ? 'handed out' : 'refused')
  }
  return survey
}
