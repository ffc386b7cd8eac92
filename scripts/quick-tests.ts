import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const root = dirname(import.meta.dirname)
const slow = new Set(['node:child_process', 'node:worker_threads', 'playwright-core', 'ioredis', 'pg'])

/**
 * The test files that start no process, browser, thread or database connection, judged by what they and their helpers in
 * `test/` import. They are what `npm run test:quick` runs.
 */
export function findQuickTests(): string[] {
  const files = globSync(['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root })
  return files.filter((file) => !file.startsWith('test/long/') && !file.startsWith('test/packaging/')).filter(isQuick)
}

function isQuick(file: string): boolean {
  const seen = new Set<string>()
  const pending = [join(root, file)]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next) || !existsSync(next)) continue
    seen.add(next)
    for (const specifier of readImports(next)) {
      if (slow.has(specifier)) return false
      // A package may import what starts processes without starting any in a test; a helper of the tests does it.
      if (specifier.startsWith('.') && next.includes(join(root, 'test')))
        pending.push(resolve(dirname(next), specifier))
    }
  }
  return true
}

function readImports(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/^(?:import|export) (?!type)[^'"]*'([^']+)'|import\('([^']+)'\)/gm)].map(
    ([, named, dynamic]) => (named ?? dynamic)!,
  )
}
