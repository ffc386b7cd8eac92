import { healthCodes } from 'sallyport/health'
import { expect, it } from 'vitest'
import { findTable, readDocument } from '../support/docs/markdown.ts'

it('docs/operations/health.md has a row for every code of a failed check', () => {
  const { rows } = findTable(readDocument('docs/operations/health.md'), 'Code')
  const documented = Object.fromEntries(rows.map(([code = '', meaning = '']) => [code.replaceAll('`', ''), meaning]))
  const plain = (text: string): string => text.replaceAll('`', '')
  expect(Object.fromEntries(Object.entries(documented).map(([code, text]) => [code, plain(text)]))).toEqual(healthCodes)
})
