import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

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

const packages = 'zod|express|koa|fastify|fastify-plugin|pg|pg-boss|bullmq|ioredis'
const heavy = new RegExp(`node_modules/(${packages})/|^node:sqlite$|sqlite`)

describe('the entries of sallyport', () => {
  it.each([
    'sallyport',
    'sallyport/provider',
    'sallyport/node',
    'sallyport/fetch',
    'sallyport/feed',
    'sallyport/record',
    'sallyport/diagnose',
  ])('%s loads no schema library, framework or store', (entry) => {
    const loaded = loadedBy(entry)
    expect(loaded.some((url) => url.includes('/packages/sallyport/src/'))).toBe(true)
    expect(loaded.filter((url) => heavy.test(url))).toEqual([])
  })

  it('would be caught loading one', () => {
    expect(loadedBy('sallyport/providers/stripe').some((url) => heavy.test(url))).toBe(true)
    expect(loadedBy('sallyport/inbox').some((url) => heavy.test(url))).toBe(true)
  })
})

describe('a delivery through Express', () => {
  it('passes at most 25 files to its handler and back', () => {
    const flags = ['--conditions=@sallyport/source', join(import.meta.dirname, 'support', 'delivery-walk.ts')]
    const output = execFileSync(process.execPath, flags, { encoding: 'utf8' })
    const { status, files } = JSON.parse(output) as { status: number; files: string[] }
    expect(status).toBe(200)
    expect(files).toContain('receive/pipeline.ts')
    expect(files.length).toBeLessThanOrEqual(25)
  })
})
