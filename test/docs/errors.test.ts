import { describe, expect, it } from 'vitest'
import { describeError, type ErrorCode } from 'sallyport'
import { errorCodes } from '../../packages/sallyport/src/errors/error-codes.ts'
import { listDocuments, readCodeSpans, readDocument, readTables } from '../support/docs/markdown.ts'

const text = readDocument('docs/errors.md')
const documented = readTables(text)
  .filter(({ head }) => head[0] === 'Code')
  .flatMap(({ rows }) => rows)
  .map(([code = '', status = '', title = '', retry = '']) => ({ code, status, title, retry }))
const explained = [...text.matchAll(/^- <a id="(\w+)"><\/a>`\1`: .+ → .+$/gm)].map(([, code = '']) => code)

describe('docs/errors.md', () => {
  it('has a row and an explanation for every code, and only one', () => {
    const codes = Object.keys(errorCodes).toSorted()
    expect(documented.map(({ code }) => code.replaceAll('`', '')).toSorted()).toEqual(codes)
    expect(explained.toSorted()).toEqual(codes)
  })

  it.each(documented)('shows status, title and retry of $code', ({ code, status, title, retry }) => {
    const entry = describeError(code.replaceAll('`', '') as ErrorCode)
    expect({ status, title }).toEqual({ status: String(entry.status), title: entry.title })
    expect(retry).toBe(entry.status === 408 || entry.status >= 500 ? 'yes' : 'no')
  })
})

// Pages about other packages have other codes.
const own =
  /^(?:[A-Z]+|docs\/(?:coming-from\/.*|adapters|getting-started|providers|receiver|security|testing|verify))\.md$/

describe.each(listDocuments().filter((path) => own.test(path)))('%s', (path) => {
  it('names no error code that does not exist', () => {
    const codes = readCodeSpans(readDocument(path)).filter((span) => /^[A-Z]+(?:_[A-Z0-9]+)+$/.test(span))
    expect(codes.filter((code) => !Object.hasOwn(errorCodes, code))).toEqual([])
  })
})
