import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPackages } from '../../scripts/packages.ts'

const source = '@sallyport/source'

// Packages that hold more than the build and its sources.
const filesOf: Readonly<Record<string, readonly string[]>> = {
  'create-sallyport': ['dist', 'src', '!src/**/*.test.ts', 'templates', 'README.md', 'LICENSE'],
  console: ['dist', 'src', 'client', '!src/**/*.test.ts', '!client/**/*.test.ts', 'README.md', 'LICENSE'],
  sandbox: ['dist', 'src', 'client', '!src/**/*.test.ts', 'README.md', 'LICENSE'],
}

describe.each(readPackages())('packages/$id', ({ id, folder, manifest }) => {
  const isCreator = id === 'create-sallyport'

  it('says what users look for', () => {
    expect(manifest).toEqual(
      expect.objectContaining({
        name: id === 'sallyport' || isCreator ? id : `@sallyport/${id}`,
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        description: expect.stringMatching(/^[A-Z].{20,}\.$/),
        license: 'Apache-2.0',
        repository: expect.objectContaining({ type: 'git', directory: `packages/${id}` }),
        homepage: expect.stringMatching(/^https:/),
        bugs: expect.stringMatching(/^https:/),
        engines: { node: '>=22.18' },
        keywords: expect.arrayContaining(['webhook']),
        files: filesOf[id] ?? ['dist', 'src', '!src/**/*.test.ts', 'README.md', 'LICENSE'],
        type: 'module',
        sideEffects: false,
      }),
    )
  })

  it('writes its exports once', () => {
    expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true })
  })

  it('has a source file behind every entry point', () => {
    for (const [entry, target] of Object.entries(manifest.exports)) {
      if (typeof target === 'string') continue
      const file = target[source] ?? ''
      expect(file, entry).toMatch(/^\.\/src\/.+\.ts$/)
      expect(existsSync(join(folder, file)), `${entry}: ${file}`).toBe(true)
      const built = file.replace('./src/', './dist/').replace(/\.ts$/, '')
      expect(target, entry).toEqual({ [source]: file, types: `${built}.d.ts`, default: `${built}.js` })
    }
  })

  it('has a README that names it and says how to install it', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8')
    expect(readme).toContain(`# ${manifest.name}\n`)
    expect(readme).toMatch(
      isCreator ? /^npm create sallyport@latest$/m : new RegExp(`^npm install .*${manifest.name}`, 'm'),
    )
  })
})

describe('packages/sallyport', () => {
  const { manifest } = readPackages().find(({ id }) => id === 'sallyport')!

  it('depends on fastify-plugin alone', () => {
    expect(Object.keys(manifest.dependencies ?? {})).toEqual(['fastify-plugin'])
  })

  it('has zod as a required peer, and every other peer optional', () => {
    const required = Object.keys(manifest.peerDependencies ?? {}).filter(
      (name) => !manifest.peerDependenciesMeta?.[name]?.optional,
    )
    expect(required).toEqual(['zod'])
  })
})
