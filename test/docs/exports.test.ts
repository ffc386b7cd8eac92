import { expect, test } from 'vitest'
import { listDocuments, readDocument } from './markdown.ts'

const text = listDocuments().map(readDocument).join('\n')

test.each([
  ['sallyport', () => import('sallyport')],
  ['sallyport/node', () => import('sallyport/node')],
  ['sallyport/diagnose', () => import('sallyport/diagnose')],
  ['@sallyport/cli', () => import('@sallyport/cli')],
  ['sallyport/fetch', () => import('sallyport/fetch')],
  ['sallyport/feed', () => import('sallyport/feed')],
  ['@sallyport/platforms', () => import('@sallyport/platforms')],
  ['sallyport/testing', () => import('sallyport/testing')],
  ['@sallyport/contracts', () => import('@sallyport/contracts')],
  ['@sallyport/sandbox', () => import('@sallyport/sandbox')],
])('the documents mention everything that %s exports', async (_name, load) => {
  const names = Object.keys(await load())
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([])
})
