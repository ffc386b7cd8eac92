import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readPackages, type ExportsMap } from '../../scripts/packages.ts'

const source = '@sallyport/source'

describe.each(readPackages())('packages/$id', ({ id, folder, manifest }) => {
  test('says what users look for', () => {
    expect(manifest).toEqual(
      expect.objectContaining({
        name: `@sallyport/${id}`,
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        description: expect.stringMatching(/^[A-Z].{20,}\.$/),
        license: 'Apache-2.0',
        repository: expect.objectContaining({ type: 'git', directory: `packages/${id}` }),
        homepage: expect.stringMatching(/^https:/),
        bugs: expect.stringMatching(/^https:/),
        engines: { node: '>=22.18' },
        keywords: expect.arrayContaining(['webhook']),
        files: ['dist', 'README.md', 'LICENSE'],
        type: 'module',
        sideEffects: false,
      }),
    )
  })

  test('publishes its exports without the source condition', () => {
    // Compared as text: the order of conditions counts.
    expect(JSON.stringify(manifest.publishConfig?.exports)).toBe(JSON.stringify(withoutSource(manifest.exports)))
  })

  test('has a source file behind every entry point', () => {
    for (const [entry, target] of Object.entries(manifest.exports)) {
      if (typeof target === 'string') continue
      const file = target[source] ?? ''
      expect(file, entry).toMatch(/^\.\/src\/.+\.ts$/)
      expect(existsSync(join(folder, file)), `${entry}: ${file}`).toBe(true)
      const built = file.replace('./src/', './dist/').replace(/\.ts$/, '')
      expect(target, entry).toEqual({ [source]: file, types: `${built}.d.ts`, default: `${built}.js` })
    }
  })

  test('has a README that names it and says how to install it', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8')
    expect(readme).toContain(`# ${manifest.name}\n`)
    expect(readme).toMatch(new RegExp(`^npm install .*${manifest.name}`, 'm'))
  })
})

function withoutSource(exports: ExportsMap): ExportsMap {
  return Object.fromEntries(
    Object.entries(exports).map(([entry, target]) => {
      if (typeof target === 'string') return [entry, target]
      const { [source]: _sources, ...rest } = target
      return [entry, rest]
    }),
  )
}
