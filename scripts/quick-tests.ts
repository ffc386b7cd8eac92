import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const root = dirname(import.meta.dirname)
// An inbox starts a thread and syncs its file.
const slow = new Set([
  'node:child_process',
  'node:worker_threads',
  'esbuild',
  'playwright-core',
  'ioredis',
  'pg',
  'sallyport/inbox',
])
const others = [
  'test/long/',
  'test/packaging/',
  // They wait for what a function never sees.
  'test/adapters/lambda',
  // 900 archives, and thousands of files synced to disk: half a minute together.
  'test/fleet/bundle-hostile',
  'test/fleet/deploy',
]

/**
 * The test files that `npm run test:quick` runs: they start no process, browser, thread or database, judged by the imports
 * of the file and of its helpers in `test/`.
 */
export function findQuickTests(): string[] {
  const files = globSync(['packages/*/{src,client}/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'], {
    cwd: root,
  })
  return files.filter((file) => !others.some((start) => file.startsWith(start))).filter(isQuick)
}

function isQuick(file: string): boolean {
  const seen = new Set<string>()
  const pending = [join(root, file)]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next) || !existsSync(next)) continue
    seen.add(next)
    const text = readFileSync(next, 'utf8')
    // A module mocked for one file is also mocked for files that share its worker.
    if (text.includes('vi.mock(')) return false
    for (const specifier of readImports(text)) {
      if (slow.has(specifier)) return false
      // A package may import such a module without using it in a test; a test helper uses it.
      if (specifier.startsWith('.') && !next.startsWith(join(root, 'packages')))
        pending.push(resolve(dirname(next), specifier))
    }
  }
  return true
}

function readImports(text: string): string[] {
  return [...text.matchAll(/^(?:import|export) (?!type)(?:[^'"]* from )?'([^']+)'|import\('([^']+)'\)/gm)].map(
    ([, named, dynamic]) => (named ?? dynamic)!,
  )
}
