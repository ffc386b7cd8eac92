import { describe, expect, it } from 'vitest'
import { listDocuments, readDocument } from '../support/docs/markdown.ts'

const text = listDocuments().map(readDocument).join('\n')

describe.each([
  ['sallyport', () => import('sallyport')],
  ['sallyport/provider', () => import('sallyport/provider')],
  ['sallyport/node', () => import('sallyport/node')],
  ['sallyport/express', () => import('sallyport/express')],
  ['sallyport/koa', () => import('sallyport/koa')],
  ['sallyport/fastify', () => import('sallyport/fastify')],
  ['sallyport/diagnose', () => import('sallyport/diagnose')],
  ['@sallyport/cli', () => import('@sallyport/cli')],
  ['sallyport/fetch', () => import('sallyport/fetch')],
  ['sallyport/providers/github', () => import('sallyport/providers/github')],
  ['sallyport/providers/invoratec', () => import('sallyport/providers/invoratec')],
  ['sallyport/providers/sonzai', () => import('sallyport/providers/sonzai')],
  ['sallyport/providers/standard-webhooks', () => import('sallyport/providers/standard-webhooks')],
  ['sallyport/providers/stripe', () => import('sallyport/providers/stripe')],
  ['sallyport/inbox/pg-boss', () => import('sallyport/inbox/pg-boss')],
  ['sallyport/inbox/bullmq', () => import('sallyport/inbox/bullmq')],
  ['sallyport/feed', () => import('sallyport/feed')],
  ['@sallyport/platforms', () => import('@sallyport/platforms')],
  ['sallyport/testing', () => import('sallyport/testing')],
  ['@sallyport/contracts', () => import('@sallyport/contracts')],
  ['@sallyport/sandbox', () => import('@sallyport/sandbox')],
])('%s', (_name, load) => {
  it('exports only names that a document mentions', async () => {
    const names = Object.keys(await load())
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([])
  })
})
