import { describe, expect, it } from 'vitest'
import { renderTable, type Column } from './table.ts'

const style = (_style: unknown, text: string): string => text
const columns: Column[] = [
  { title: 'KEY' },
  { title: 'COUNT', align: 'right' },
  { title: 'TYPE', cut: true },
  { title: 'URL', below: 'whole' },
]
const url = `https://example.com/${'a'.repeat(60)}`

describe('renderTable', () => {
  it('aligns columns under a header row', () => {
    const rows = [
      ['漢字', '1', 'a', 'x'],
      ['b', '1,000', '👩‍🚀', ''],
    ]
    expect(renderTable({ columns: 80, style }, columns, rows)).toBe(
      ['KEY   COUNT  TYPE  URL', '漢字      1  a     x', 'b     1,000  👩‍🚀'].join('\n'),
    )
  })

  it('gives a pipe one whole line per row', () => {
    const row = ['k'.repeat(50), '1', 't'.repeat(90), url]
    const [, line] = renderTable({ columns: Infinity, style }, columns, [row]).split('\n')
    expect(line).toBe(`${row[0]}      1  ${row[2]}  ${url}`)
  })

  it('cuts what may be cut, and puts a long value below', () => {
    const text = renderTable({ columns: 60, style }, columns, [['key', '1', 't'.repeat(90), url]])
    expect(text.split('\n')).toEqual(['KEY  COUNT  TYPE', `key      1  ${'t'.repeat(47)}…`, `    ${url}`])
  })

  it('cuts a value below a row to one line', () => {
    const two: Column[] = [{ title: 'KEY' }, { title: 'ERROR', below: 'cut' }]
    expect(renderTable({ columns: 60, style }, two, [['k', '漢'.repeat(50)]])).toBe(`KEY\nk\n    ${'漢'.repeat(27)}…`)
  })

  it('makes cells visible before it measures them', () => {
    const text = renderTable({ columns: 80, style }, columns, [['\u001b[2J\nx', '1', 'y', '']])
    expect(text).toBe(String.raw`KEY           COUNT  TYPE  URL
\u{1b}[2J\nx      1  y`)
  })
})
