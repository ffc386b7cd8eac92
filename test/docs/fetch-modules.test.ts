import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { versionOf } from '../support/hosts/install-host.ts'
import manifest from '../../packages/sallyport/package.json' with { type: 'json' }

const root = join(import.meta.dirname, '..', '..')
const providers = Object.keys(manifest.exports).filter((entry) => entry.startsWith('./providers/'))
const entries = ['', '/fetch', ...providers.map((entry) => entry.slice(1))].map((entry) => `sallyport${entry}`)

/** Modules of the host that a bundle imports when it starts, also for what it loads later: one file has no later. */
async function listImports(): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: entries.map((entry) => `export * from '${entry}'`).join('\n'), resolveDir: root },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@sallyport/source'],
    external: ['zod'],
    logLevel: 'error',
  })
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  return [...new Set(imports.map(({ path }) => path))].filter((path) => path !== 'zod').toSorted()
}

describe('docs/adapters.md', () => {
  it('names the hosts as they are locked for the tests', () => {
    const document = readFileSync(join(root, 'docs', 'adapters.md'), 'utf8')
    for (const [name, host] of [
      ['Bun', 'bun'],
      ['Deno', 'deno'],
      ['workerd', 'workerd'],
    ] as const)
      expect(document).toContain(`| ${name} ${versionOf(host)}`)
  })

  it('lists the modules that a bundle for fetch imports', async () => {
    const document = readFileSync(join(root, 'docs', 'adapters.md'), 'utf8')
    const [list = ''] = /^`node:.*(?:\n`.*)*$/m.exec(document) ?? []
    expect(await listImports()).toEqual([...list.matchAll(/`([^`]+)`/g)].map(([, name]) => name))
  })
})
