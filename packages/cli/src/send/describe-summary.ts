import { toShownUrl } from '@sallyport/platforms'
import { toShownPath } from '../listen/describe-exchange.ts'
import { toLine, type Output } from '../output.ts'
import { counted } from '../text/amounts.ts'
import type { Summary, Surprise } from './tally.ts'

/** Where requests were sent: one URL, or where they have paths of their own, the URL before them and those paths. */
export function describePlaces(
  url: URL,
  pathsByFile: ReadonlyMap<string, string>,
): { readonly to: string; readonly paths?: readonly string[] | undefined } {
  const paths = [...new Set([...pathsByFile.values()].map(toShownPath))]
  // Not a URL of them: that would tidy up what was sent.
  return paths.length === 1
    ? { to: url.origin + paths[0] }
    : { to: toShownUrl(url.href), ...(paths.length > 1 && { paths }) }
}

/** The counts of what was sent and answered, as text. */
export function describeSummary(
  output: Output,
  { to, paths }: ReturnType<typeof describePlaces>,
  { sent, said, statuses, latencyMs, surprises }: Summary,
  durationMs: number,
): string {
  const errors = Object.entries(statuses).filter(([status]) => !/^\d+$/.test(status))
  const rows = [...Object.entries(said), ...errors].map(([what, count]) => {
    const style = what.startsWith('2') ? 'green' : what.startsWith('4') ? 'yellow' : 'red'
    return `  ${String(count).padStart(7)}  ${output.style(style, what)}`
  })
  // Of one delivery, the line above says it all.
  const latency =
    sent > 1 &&
    latencyMs &&
    `  latency  p50 ${latencyMs.p50} ms, p90 ${latencyMs.p90} ms, p99 ${latencyMs.p99} ms, max ${latencyMs.max} ms`
  const warnings = surprises.map((surprise) => `  ${output.style('red', '!')} ${describeSurprise(surprise)}`)
  const seconds = (durationMs / 1000).toFixed(2)
  const places = paths === undefined ? to : `${to.replace(/\/$/, '')}, at ${paths.length} paths,`
  const head = `${counted(sent, 'delivery', 'deliveries')} to ${places} in ${seconds} s`
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
