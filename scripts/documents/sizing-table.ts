import type { Circumstances, Results } from './benchmark-table.ts'
import { formatTable } from './format-table.ts'

const marker = '<!-- sizing -->'
const section = /<!-- sizing -->\n(?:\n(?:\|.*\|\n)+)?(?:\nMeasured on .*\n)?/
const head = ['Store', 'Events/s', 'Processor', 'Peak memory', '99 of 100 answers', 'Request CPU', 'Limit memory']
const memories = [512, 768, 1_024, 1_536, 2_048, 4_096]

/** The table of what a process takes under load and what to give it, from what `npm run bench -- inbox load --json` printed. */
export function toSizingTable(results: readonly Results[], { date, place }: Circumstances): string {
  const rows = results.flatMap(({ rows: own }) => own)
  const read = (store: string, subject: string, what: string): number =>
    rows.find((row) => row.case === `${store} under load: ${what}` && row.subject === subject)?.median ?? Number.NaN
  const stores = rows.flatMap((row) => /^(.+) under load: processor$/.exec(row.case)?.[1] ?? [])
  const lines = [...new Set(stores)].flatMap((store) => {
    const subjects = rows.filter((row) => row.case === `${store} under load: processor`).map(({ subject }) => subject)
    return subjects.map((subject) => {
      const cores = read(store, subject, 'processor') / 100
      const peak = read(store, subject, 'peak memory')
      return [
        store,
        Number(/(\d+) events/.exec(subject)?.[1]).toLocaleString('en'),
        `${cores.toFixed(2)} cores`,
        `${Math.round(peak)} MB`,
        `${read(store, subject, '99 of 100 answers').toFixed(0)} ms`,
        `${toRequest(cores)}m`,
        `${toLimit(peak)}Mi`,
      ]
    })
  })
  return `${formatTable([head, ...lines])}\nMeasured on ${date} with ${place}.\n`
}

/** Puts the table into a document, in place of the one behind the marker. @throws Error for a document without it */
export function fillSizingTable(document: string, table: string): string {
  if (!document.includes(marker)) throw new Error(`the document has no ${marker}`)
  return document.replace(section, () => `${marker}\n\n${table}`)
}

/** Twice what was measured, in steps of 50: senders come in bursts, and handlers do more than none. */
const toRequest = (cores: number): number => Math.max(100, Math.ceil((cores * 2 * 1_000) / 50) * 50)

/** Half more than the peak, as a size that people use. Below 512 MB Node does not fit its heap to the limit. */
const toLimit = (peak: number): number => memories.find((memory) => memory * 1.048_576 >= peak * 1.5) ?? Number.NaN
