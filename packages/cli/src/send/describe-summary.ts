import { toShownUrl } from '@sallyport/platforms'
import { toLine, type Output } from '../output.ts'
import type { Summary, Surprise } from './tally.ts'

/** The counts of what was sent and answered, as text. */
export function describeSummary(
  output: Output,
  url: URL,
  { sent, said, statuses, latencyMs, surprises }: Summary,
  durationMs: number,
): string {
  const errors = Object.entries(statuses).filter(([status]) => !/^\d+$/.test(status))
  const rows = [...Object.entries(said), ...errors].map(([what, count]) => {
    const style = what.startsWith('2') ? 'green' : what.startsWith('4') ? 'yellow' : 'red'
    return `  ${String(count).padStart(7)}  ${output.style(style, what)}`
  })
  const latency =
    latencyMs &&
    `  latency  p50 ${latencyMs.p50} ms, p90 ${latencyMs.p90} ms, p99 ${latencyMs.p99} ms, max ${latencyMs.max} ms`
  const warnings = surprises.map((surprise) => `  ${output.style('red', '!')} ${describeSurprise(surprise)}`)
  const seconds = (durationMs / 1000).toFixed(2)
  const head = `${sent} ${sent === 1 ? 'delivery' : 'deliveries'} to ${toShownUrl(url.href)} in ${seconds} s`
  return [head, ...rows, ...(latency ? [latency] : []), ...warnings].join('\n')
}

function describeSurprise({ faults, expected, got, said, file, count }: Surprise): string {
  const what = faults.length === 0 ? (file === undefined ? 'genuine' : toLine(file)) : faults.join(' + ')
  const answer = said === undefined ? got : `${got} ${said}`
  if (expected === 'refuse') return `${count} forged (${what}) but not rejected: ${answer}`
  return `${count} ${what} but ${/^\d+$/.test(got) ? 'rejected' : 'not answered'}: ${answer}`
}

/** The counts in short, for the progress line. */
export function describeCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([status, count]) => `${count} × ${status}`)
    .join(', ')
}
