import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listSenderNames } from '../scripts/documents/senders/read-senders.ts'
import { closureOf, readImports } from './support/import-graph.ts'

// Prints what a program resolves while it imports an entry; hooks run in the same thread.
const program = (entry: string): string => `
import { registerHooks } from 'node:module'
const seen = []
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context)
    seen.push(resolved.url)
    return resolved
  },
})
await import('${entry}')
console.log(JSON.stringify([...seen, ...process.moduleLoadList.filter((name) => name.includes('sqlite'))]))`

function loadedBy(entry: string): string[] {
  const flags = ['--conditions=@sallyport/source', '--input-type=module', '--eval', program(entry)]
  const cwd = join(import.meta.dirname, '..')
  return JSON.parse(execFileSync(process.execPath, flags, { cwd, encoding: 'utf8' })) as string[]
}

const packages =
  'zod|express|koa|fastify|fastify-plugin|pg|pg-boss|bullmq|ioredis|redis|jose|@opentelemetry|prom-client'
const heavy = new RegExp(`node_modules/(${packages})/|^node:sqlite$|sqlite`)

describe('the entries of sallyport', () => {
  it.each([
    'sallyport',
    'sallyport/provider',
    'sallyport/node',
    'sallyport/fetch',
    'sallyport/lambda',
    'sallyport/feed',
    'sallyport/record',
    'sallyport/replay-guard/redis',
    'sallyport/replay-guard/postgres',
    'sallyport/health',
    'sallyport/watch',
    'sallyport/shutdown',
    'sallyport/diagnose',
  ])('%s loads no schema library, framework or store', (entry) => {
    const loaded = loadedBy(entry)
    expect(loaded.some((url) => url.includes('/packages/sallyport/src/'))).toBe(true)
    expect(loaded.filter((url) => heavy.test(url))).toEqual([])
  })

  it('would be caught loading one', () => {
    expect(loadedBy('sallyport/providers/stripe').some((url) => heavy.test(url))).toBe(true)
    expect(loadedBy('sallyport/inbox').some((url) => heavy.test(url))).toBe(true)
    expect(loadedBy('sallyport/opentelemetry').some((url) => heavy.test(url))).toBe(true)
  })

  it('load for telemetry only the library that they are for', () => {
    const other = /node_modules\/(zod|express|koa|fastify|pg|pg-boss|bullmq|ioredis)\/|sqlite/
    for (const [entry, foreign] of [
      ['sallyport/opentelemetry', /prom-client/],
      ['sallyport/prometheus', other],
    ] as const) {
      const loaded = loadedBy(entry)
      expect(loaded.filter((url) => other.test(url) || foreign.test(url))).toEqual([])
      expect(loaded.filter((url) => url.includes('/src/telemetry/')).length).toBeGreaterThan(3)
    }
  })
})

describe('a provider', () => {
  const graph = readImports(listSenderNames().map((name) => `sallyport/providers/${name}`))
  const files = Object.fromEntries(
    Object.entries(graph.files).map(([module, file]) => [module.slice('sallyport/providers/'.length), file]),
  )

  it.each(Object.entries(files))('%s loads no other provider, framework or store', (name, entry) => {
    const loaded = closureOf(graph, [entry])
    const own = new RegExp(`/providers/${name}(?:-[a-z-]+)?\\.ts$`)
    const foreign = loaded.filter((url) => Object.values(files).includes(url) && !own.test(url))
    // Senders that follow Standard Webhooks are thin files over it.
    expect(foreign.filter((url) => url !== files['standard-webhooks'])).toEqual([])
    expect(loaded.filter((url) => heavy.test(url) && !url.includes('/zod/'))).toEqual([])
  })

  it.each(Object.entries(files))('%s brings at most 40 kB of its own', (_name, entry) => {
    const bytes = closureOf(graph, [entry])
      .filter((url) => url.includes('/sallyport/src/providers/'))
      .map((url) => statSync(new URL(url)).size)
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(40_000)
  })
})

describe('a delivery through Express', () => {
  it('passes at most 25 files to its handler and back', () => {
    const flags = ['--conditions=@sallyport/source', join(import.meta.dirname, 'support', 'delivery-walk.ts')]
    const output = execFileSync(process.execPath, flags, { encoding: 'utf8' })
    const { status, files } = JSON.parse(output) as { status: number; files: string[] }
    expect(status).toBe(200)
    expect(files).toContain('receive/pipeline.ts')
    // What a guard keeps its keys in is behind its interface, as a database is.
    expect(files.filter((file) => !file.startsWith('receive/replay/')).length).toBeLessThanOrEqual(25)
  })
})
