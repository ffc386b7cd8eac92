import { styleText } from 'node:util'
import type { DemoReport } from './run-demo.ts'

/** The closing lines: how often handlers ran, how many answers were right, and the verdict. */
export function renderSummary({ servers, groups, handlerRuns, isRight }: DemoReport, milliseconds: number): string {
  const rows = groups.flatMap((group) => group.rows)
  const judgements = rows.flatMap((row) => row.judgements)
  const right = judgements.filter((judgement) => judgement.isRight).length
  const counts = `${servers.length} servers × ${rows.length} deliveries: ${right} of ${judgements.length} as expected`
  const verdict = `${isRight ? '✓' : '✗'} ${counts}, in ${(milliseconds / 1000).toFixed(1)} s`
  return [...renderRuns(handlerRuns), styleText(['bold', isRight ? 'green' : 'red'], verdict)].join('\n')
}

function renderRuns(handlerRuns: DemoReport['handlerRuns']): string[] {
  const wrong = handlerRuns.filter(({ runs, expected }) => runs !== expected)
  if (wrong.length > 0) {
    return wrong.map(({ server, runs, expected }) =>
      styleText('red', `✗ ${server}: handlers ran ${runs} times, must be ${expected}`),
    )
  }
  const runs = handlerRuns[0]?.expected ?? 0
  return [
    `Handlers ran ${runs} times on each server: for genuine events, never for anything forged, stale or malformed.`,
  ]
}
