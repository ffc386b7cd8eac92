import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { checkPackage } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { describe, expect, inject, it } from 'vitest'
import { readPackages } from '../../scripts/packages.ts'
import { root } from '../../scripts/run-command.ts'
import { readTarball } from '../support/packaging/pack.ts'

// The packages are ESM only, on purpose: old resolvers and CommonJS do not find them.
const expectedProblems = new Set(['CJSResolvesToESM'])
const ignoredResolutions = new Set(['node10'])

describe.each(readPackages())('the tarball of $id', (entry) => {
  const { data, files } = readTarball(inject('tarballs'), entry)
  const prefix = `/node_modules/${entry.manifest.name}/`
  const paths = files.listFiles().map((path) => path.slice(prefix.length))

  it('has only the build, its sources, the README and the licence', () => {
    const allowed =
      /^(package\.json|README\.md|LICENSE|dist\/.+(\.js|\.d\.ts)|src\/.+\.ts|client\/.+\.(?:css|js|json|tsx?))$/
    const own = paths.filter((path) => !path.startsWith('templates/'))
    expect(own.filter((path) => !allowed.test(path) || path.includes('.test.'))).toEqual([])
    expect(paths).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE']))
    expect(files.readFile(`${prefix}LICENSE`)).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'))
  })

  it('has every template, and nobody else has one', () => {
    const templates = join(root, 'packages', 'create-sallyport', 'templates')
    const found = readdirSync(templates, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
    const expected = found.map(({ parentPath, name }) => relative(join(templates, '..'), join(parentPath, name)))
    expect(paths.filter((path) => path.startsWith('templates/')).toSorted()).toEqual(
      entry.id === 'create-sallyport' ? expected.map((path) => path.replaceAll('\\', '/')).toSorted() : [],
    )
  })

  it('has the source behind every built file', () => {
    const built = paths.filter((path) => path.startsWith('dist/') && path.endsWith('.js'))
    expect(built.length).toBeGreaterThan(0)
    const sources = built.map((path) => path.replace('dist/', 'src/').replace(/\.js$/, '.ts'))
    expect(sources.filter((path) => !paths.includes(path))).toEqual([])
  })

  it('names other packages by version, never by workspace', () => {
    expect(paths.filter((path) => files.readFile(prefix + path).includes('workspace:'))).toEqual([])
  })

  it('holds the same whether npm or pnpm packs it', () => {
    const other = readTarball(inject('npmTarballs'), entry).files
    expect(other.listFiles().toSorted()).toEqual(files.listFiles().toSorted())
    for (const path of other.listFiles()) {
      if (path.endsWith('/package.json')) expect(readObject(other, path)).toEqual(readObject(files, path))
      else expect(other.readFile(path), path).toBe(files.readFile(path))
    }
  })

  it('passes publint', async () => {
    const { messages, pkg } = await publint({ pack: { tarball: data.buffer as ArrayBuffer } })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  it('has types that resolve to what runs', async () => {
    const result = await checkPackage(files)
    if (result.types === false) throw new Error('no types are included')
    const problems = result.problems
      .filter((problem) => !expectedProblems.has(problem.kind))
      .filter((problem) => !('resolutionKind' in problem && ignoredResolutions.has(problem.resolutionKind)))
    expect(problems).toEqual([])
  })
})

function readObject(files: { readFile(path: string): string }, path: string): unknown {
  return JSON.parse(files.readFile(path))
}
