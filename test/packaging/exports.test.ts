import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readPackages } from '../../scripts/packages.ts'

// A name that comes or goes is a change for users: look at it, then write it down with
// `node scripts/run.mjs test:packaging exports --update`.
describe('the entry points', () => {
  it('export the names that are written down', async () => {
    const exported: Record<string, string[]> = {}
    for (const { folder, manifest } of readPackages()) {
      for (const [path, target] of Object.entries(manifest.exports)) {
        if (typeof target === 'string') continue
        const file = pathToFileURL(join(folder, target['default'] ?? '')).href
        exported[manifest.name + path.slice(1)] = Object.keys((await import(file)) as object).toSorted()
      }
    }
    expect(exported).toMatchSnapshot()
  })
})
