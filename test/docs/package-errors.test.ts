import { fleetErrorCodes } from '@sallyport/fleet'
import { inboxErrorCodes } from 'sallyport/inbox'
import { sandboxErrorCodes } from '@sallyport/sandbox'
import { platformErrorCodes } from '@sallyport/platforms'
import { expect, test } from 'vitest'
import { readDocument, readTables } from './markdown.ts'

test.each([
  ['docs/bundles.md', fleetErrorCodes],
  ['docs/inbox.md', inboxErrorCodes],
  ['docs/sandbox.md', sandboxErrorCodes],
  ['docs/platforms.md', platformErrorCodes],
])('%s has every code with its meaning, and no other', (document, codes) => {
  const documented = readTables(readDocument(document))
    .filter(({ head }) => head[0] === 'Code')
    .flatMap(({ rows }) => rows)
    .map((row) => [row[0]!.replaceAll('`', ''), row.at(-1)!.replaceAll('&#124;', '|')] as const)
  expect(new Set(documented.map(([code]) => code)).size).toBe(documented.length)
  expect(Object.fromEntries(documented)).toEqual(
    Object.fromEntries(
      Object.entries<string | readonly (string | number)[]>(codes).map(([code, entry]) => [code, titleOf(entry)]),
    ),
  )
})

/** A table entry is its title, `[title, fix]` or `[status, title, fix]`. */
function titleOf(entry: string | readonly (string | number)[]): string | undefined {
  return typeof entry === 'string' ? entry : entry.find((part) => typeof part === 'string')
}
