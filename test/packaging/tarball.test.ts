import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkPackage } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { describe, expect, inject, test } from 'vitest'
import { readPackages } from '../../scripts/packages.ts'
import { root } from '../../scripts/run-command.ts'
import { readTarball } from './pack.ts'

// The packages are ESM only; that old resolvers and CommonJS find none of it is meant.
const expectedProblems = new Set(['CJSResolvesToESM'])
const ignoredResolutions = new Set(['node10'])

describe.each(readPackages())('the tarball of $id', (entry) => {
  const { data, files } = readTarball(inject('tarballs'), entry)
  const prefix = `/node_modules/${entry.manifest.name}/`
  const paths = files.listFiles().map((path) => path.slice(prefix.length))

  test('holds the build, its sources, the README and the licence, and nothing else', () => {
    const allowed = /^(package\.json|README\.md|LICENSE|dist\/.+(\.js|\.d\.ts)|src\/.+\.ts)$/
    expect(paths.filter((path) => !allowed.test(path) || path.includes('.test.'))).toEqual([])
    expect(paths).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE']))
    expect(files.readFile(`${prefix}LICENSE`)).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'))
  })

  test('shows nothing of the workspace', () => {
    const leaks = paths.filter((path) => /workspace:/.test(files.readFile(prefix + path)))
    expect(leaks).toEqual([])
  })

  test('passes publint', async () => {
    const { messages, pkg } = await publint({ pack: { tarball: data.buffer as ArrayBuffer } })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  test('has types that resolve to what runs', async () => {
    const result = await checkPackage(files)
    if (result.types === false) throw new Error('no types are included')
    const problems = result.problems
      .filter((problem) => !expectedProblems.has(problem.kind))
      .filter((problem) => !('resolutionKind' in problem && ignoredResolutions.has(problem.resolutionKind)))
    expect(problems).toEqual([])
  })
})
