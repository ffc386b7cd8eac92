import { describe, expect, test } from 'vitest'
import { describeError, type ErrorCode } from 'sallyport'
import { errorCodes } from '../../packages/sallyport/src/errors/error-codes.ts'
import { readCodeSpans, readDocument, readTables } from './markdown.ts'

const documented = readTables(readDocument('docs/errors.md'))
  .filter(({ head }) => head[0] === 'Code')
  .flatMap(({ rows }) => rows)
  .map(([code = '', status = '', title = '', retry = '', why = '']) => ({ code, status, title, retry, why }))

describe('docs/errors.md', () => {
  test('has a row for every code, and only one', () => {
    const rows = documented.map(({ code }) => code.replaceAll('`', ''))
    expect(rows.toSorted()).toEqual(Object.keys(errorCodes).toSorted())
  })

  test.each(documented)('tells the truth about $code', ({ code, status, title, retry, why }) => {
    const name = code.replaceAll('`', '') as ErrorCode
    const entry = describeError(name)
    expect({ status, title }).toEqual({ status: String(entry.status), title: entry.title })
    const mayPass = entry.status === 408 || entry.status >= 500
    expect(retry).toBe(mayPass ? 'yes' : 'no')
    expect(why).not.toBe('')
  })
})

test.each([
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'docs/adapters.md',
  'docs/providers.md',
  'docs/security.md',
  'docs/testing.md',
])('%s names no error code that does not exist', (path) => {
  const codes = readCodeSpans(readDocument(path)).filter((text) => /^[A-Z]+(?:_[A-Z0-9]+)+$/.test(text))
  expect(codes.filter((code) => !Object.hasOwn(errorCodes, code))).toEqual([])
})
