import { expect, test } from 'vitest'
import { listDocuments, readDocument } from './markdown.ts'

const text = listDocuments().map(readDocument).join('\n')

test.each([
  ['@sallyport/core', () => import('@sallyport/core')],
  ['@sallyport/core/node', () => import('@sallyport/core/node')],
  ['@sallyport/core/diagnose', () => import('@sallyport/core/diagnose')],
  ['@sallyport/cli', () => import('@sallyport/cli')],
  ['@sallyport/core/fetch', () => import('@sallyport/core/fetch')],
  ['@sallyport/core/source', () => import('@sallyport/core/source')],
  ['@sallyport/platforms', () => import('@sallyport/platforms')],
  ['@sallyport/testing', () => import('@sallyport/testing')],
  ['@sallyport/testing/contracts', () => import('@sallyport/testing/contracts')],
  ['@sallyport/sandbox', () => import('@sallyport/sandbox')],
])('the documents mention everything that %s exports', async (_name, load) => {
  const names = Object.keys(await load())
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([])
})
