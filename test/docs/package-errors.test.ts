import { consoleErrorCodes } from '@sallyport/console'
import { fleetErrorCodes } from '@sallyport/fleet'
import { inboxErrorCodes } from 'sallyport/inbox'
import { sandboxErrorCodes } from '@sallyport/sandbox'
import { platformErrorCodes } from '@sallyport/platforms'
import { watchErrorCodes } from 'sallyport/watch'
import { describe, expect, it } from 'vitest'
import { readDocument, readTables } from '../support/docs/markdown.ts'

/** An entry is its title, `[title, fix]` or `[status, title, fix]`. */
type Entry = string | readonly (string | number)[]

describe.each<[string, Readonly<Record<string, Entry>>]>([
  ['docs/bundles.md', fleetErrorCodes],
  ['docs/inbox.md', inboxErrorCodes],
  ['docs/operations/alerts.md', watchErrorCodes],
  ['docs/console.md', consoleErrorCodes],
  ['docs/sandbox.md', sandboxErrorCodes],
  ['docs/platforms.md', platformErrorCodes],
])('the error codes in %s', (document, codes) => {
  const { head, rows } = readTables(readDocument(document)).find((table) => table.head[0] === 'Code')!
  const column = (row: readonly string[], name: string): string =>
    row[head.indexOf(name)]!.replaceAll('&#124;', '|').replaceAll('`', '')

  it('have their meaning and what to do, and no other code is listed', () => {
    const documented = rows.map((row) => [
      column(row, 'Code'),
      head.includes('What to do') ? [column(row, 'Meaning'), column(row, 'What to do')] : [column(row, 'Meaning')],
    ])
    const declared = Object.entries(codes).map(([code, entry]) => [code, textsOf(entry)])
    expect(new Set(documented.map(([code]) => code)).size).toBe(documented.length)
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(declared))
  })
})

function textsOf(entry: Entry): string[] {
  const texts = typeof entry === 'string' ? [entry] : entry.filter((part) => typeof part === 'string')
  return texts.map((text) => text.replaceAll('`', ''))
}
