import { describe, expect, it } from 'vitest'
import { measure, senders } from '../bench/silence.ts'
import { readOptions } from '../support/docs/declared-options.ts'
import { findTable, readDocument } from '../support/docs/markdown.ts'

const text = readDocument('docs/operations/alerts.md')
const firstColumn = (head: string): string[] =>
  findTable(text, head).rows.map(([name = '']) => name.replaceAll('`', '').trim())

describe('docs/operations/alerts.md', () => {
  it('lists every rule, and no other', () => {
    const declared = readOptions('sallyport/src/watch WatchRules').map(({ name }) => name)
    expect(firstColumn('Rule').toSorted()).toEqual(declared.toSorted())
  })

  it('has the figures of every simulated sender', () => {
    expect(firstColumn('Sender')).toEqual(Object.keys(senders))
  })

  it('shows what the simulation prints', () => {
    // The quickest of them; all are made by the same script with the same seed.
    const name = 'a batch each night'
    const { alarmsPerMonth, median, nineInTen } = measure(senders[name]!)
    const row = findTable(text, 'Sender').rows.find(([sender]) => sender?.trim() === name)
    const shown = [alarmsPerMonth.toFixed(2), `${median.toFixed(1)} h`, `${nineInTen.toFixed(1)} h`]
    expect(row?.slice(1).map((cell) => cell.trim())).toEqual(shown)
  })
})
