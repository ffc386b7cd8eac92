import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { mergeCounts, type FuzzReport } from './report.ts'

/** Reads the mutants of a seed in a separate process with little memory. */
export async function runFuzz(seed: number, from: number, to: number): Promise<FuzzReport> {
  const flags = ['--conditions=@sallyport/source', '--max-old-space-size=256', '--disable-warning=ExperimentalWarning']
  const args = [...flags, join(import.meta.dirname, 'main.ts'), ...[seed, from, to].map(String)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 256 * 1024 * 1024 })
  return JSON.parse(stdout) as FuzzReport
}

/** The problems of a run, one per line, with how to reproduce each. */
export function problemsOf({ failures, hangs, peakMemory, codes, mutants }: FuzzReport, seed: number): string[] {
  const counted = Object.values(codes).reduce((sum, count) => sum + count, 0) + hangs.length
  return [
    ...failures.map(({ index, problem }) => `mutant ${index} of seed ${seed}: ${problem}`),
    ...hangs.map((index) => `mutant ${index} of seed ${seed}: took over two seconds`),
    ...(peakMemory > 512 ? [`${peakMemory} MiB of memory`] : []),
    ...(counted === mutants ? [] : [`${counted} of ${mutants} mutants read`]),
  ]
}

/** Merges the reports of several ranges. */
export function mergeReports(reports: readonly FuzzReport[]): FuzzReport {
  return reports.reduce((one, other) => ({
    codes: mergeCounts(one.codes, other.codes),
    refusals: mergeCounts(one.refusals, other.refusals),
    failures: [...one.failures, ...other.failures],
    hangs: [...one.hangs, ...other.hangs],
    slowest: one.slowest.milliseconds > other.slowest.milliseconds ? one.slowest : other.slowest,
    largestTotal: Math.max(one.largestTotal, other.largestTotal),
    mutants: one.mutants + other.mutants,
    compared: one.compared + other.compared,
    peakMemory: Math.max(one.peakMemory, other.peakMemory),
  }))
}

/** The report as readable lines. */
export function describeReport(report: FuzzReport, seed: number): string {
  const { codes, refusals, slowest, mutants, compared, peakMemory, largestTotal } = report
  const { ACCEPTED = 0, ...refused } = codes
  const sorted = Object.entries(refused).toSorted(([, one], [, other]) => other - one)
  return [
    `Fuzzing with seed ${seed}: ${mutants} mutants, ${ACCEPTED} accepted, compared with ${compared} readings in other languages`,
    `refused: ${sorted.map(([code, count]) => `${code} ${count}`).join(', ')}`,
    `other readers refused of the accepted: ${JSON.stringify(refusals)}`,
    `slowest ${slowest.milliseconds.toFixed(1)} ms (mutant ${slowest.index}), largest bundle ${largestTotal} bytes, peak memory ${peakMemory} MiB`,
  ].join('\n')
}
