import { describe, expect, it } from 'vitest'
import {
  fillBenchmarkTable,
  readBenchmarkTable,
  toBenchmarkTable,
  type Results,
} from '../../scripts/documents/benchmark-table.ts'
import { readDocument } from '../support/docs/markdown.ts'

const circumstances = { date: '2026-11-30', place: '2 cores, Linux, Node 24' }
const tableOf = (...results: Results[]): string => toBenchmarkTable(results, circumstances).text

describe('toBenchmarkTable', () => {
  it('writes one ratio, or the range of several', () => {
    const http = { bench: 'http', rows: [row('koa', 'floor', 1), row('koa', 'sallyport', 0.8123)] }
    const verify = {
      bench: 'verify',
      rows: [
        row('github, 300 B', 'sallyport', 1.3),
        row('slack, 300 B', 'sallyport', 1.1),
        row('slack, 1 MB', 'svix', 9),
      ],
    }
    expect(tableOf(http, verify)).toBe(
      [
        '| Work                     | Compared with           | Ratio        | Better |',
        '| ------------------------ | ----------------------- | ------------ | ------ |',
        '| verify 300 B             | `node:crypto` by hand   | 1.10 to 1.30 | lower  |',
        '| requests per second, Koa | a route written by hand | 0.81         | higher |',
        '',
        'Measured on 2026-11-30 with 2 cores, Linux, Node 24.',
        '',
      ].join('\n'),
    )
  })

  it('names what has no result, or one that is limited', () => {
    const rows = [
      { ...row('koa', 'floor', 1), limit: 'client' },
      row('koa', 'sallyport', 0.8),
      row('hono', 'sallyport', 1),
    ]
    const { missing } = toBenchmarkTable([{ bench: 'http', rows }], circumstances)
    expect(missing).toContain('http: requests per second, Koa')
    expect(missing).not.toContain('http: requests per second, Hono')
  })

  it.each(['verify', 'http', 'inbox', 'bundle', 'fleet', 'guard'])('has a row for %s', (bench) => {
    const { missing } = toBenchmarkTable([], circumstances)
    expect(missing.filter((name) => name.startsWith(`${bench}: `))).not.toEqual([])
  })
})

describe('fillBenchmarkTable', () => {
  it('replaces the table that is there', () => {
    const filled = fillBenchmarkTable('before\n\n<!-- benchmarks -->\n\nafter\n', tableOf())
    expect(fillBenchmarkTable(filled, tableOf())).toBe(filled)
    expect(filled).toMatch(/^before\n\n<!-- benchmarks -->\n\n\| Work [^]*\nMeasured on .*\n\nafter\n$/)
    expect(readBenchmarkTable(filled)).toBe(tableOf())
  })

  it('fails without a marker', () => {
    expect(() => fillBenchmarkTable('before\n', tableOf())).toThrow('no line <!-- benchmarks -->')
  })
})

describe('the table of README.md', () => {
  const table = readBenchmarkTable(readDocument('README.md'))
  const [head = '', line = '', ...rest] = table.split('\n')
  const cellsOf = (text: string): string[] => text.split('|').map((cell) => cell.trim())

  it('has the head of the script, and says when and where it was measured', () => {
    expect(cellsOf(head)).toEqual(cellsOf(tableOf().split('\n')[0]!))
    expect(line).toMatch(/^\|[-| ]+\|$/)
    expect(rest.slice(-3).join('\n')).toMatch(/^\nMeasured on \d{4}-\d\d-\d\d with \d+ cores, \w+, Node \d+\.\n$/)
  })

  it('has only rows of the script, with ratios', () => {
    const known = toBenchmarkTable([], circumstances).missing.map((name) => name.slice(name.indexOf(': ') + 2))
    const rows = rest.slice(0, -3).map(cellsOf)
    expect(rows).not.toEqual([])
    for (const [, work, , ratio, better] of rows) {
      expect(known).toContain(work)
      expect(ratio).toMatch(/^\d+\.\d\d(?: to \d+\.\d\d)?$/)
      expect(['higher', 'lower']).toContain(better)
    }
  })
})

function row(name: string, subject: string, ratio: number): Results['rows'][number] {
  return { case: name, subject, ratio }
}
