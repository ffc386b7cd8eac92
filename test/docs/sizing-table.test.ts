import { expect, it } from 'vitest'
import { fillSizingTable, toSizingTable } from '../../scripts/documents/sizing-table.ts'

const row = (subject: string, what: string, median: number) => ({ subject, case: `SQLite under load: ${what}`, median })
const results = {
  bench: 'inbox',
  rows: [
    row('1000 events/s', 'processor', 61.2),
    row('1000 events/s', 'peak memory', 200.4),
    row('1000 events/s', '99 of 100 answers', 9.6),
  ],
}
const table = toSizingTable([results], { date: '2026-11-30', place: '2 cores, Linux, Node 24' })

it('recommends twice the processor and half more memory', () => {
  expect(table.split('\n')[2]).toMatch(
    /^\| SQLite +\| 1,000 +\| 0\.61 cores \| 200 MB +\| 10 ms +\| 1250m +\| 512Mi +\|$/,
  )
})

it('replaces the table of a document', () => {
  const once = fillSizingTable('# Sizing\n\n<!-- sizing -->\n\nText.\n', table)
  expect(once).toContain('Measured on 2026-11-30 with 2 cores, Linux, Node 24.\n\nText.\n')
  expect(fillSizingTable(once, table)).toBe(once)
  expect(() => fillSizingTable('# Sizing\n', table)).toThrow('<!-- sizing -->')
})
