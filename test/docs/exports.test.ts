import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPackages } from '../../scripts/packages.ts'
import { root } from '../../scripts/run-command.ts'
import { listDocuments, readCodeSpans, readDocument } from '../support/docs/markdown.ts'

const text = listDocuments().map(readDocument).join('\n')

const entries = readPackages().flatMap(({ manifest: { name, exports } }) =>
  Object.keys(exports)
    .filter((entry) => entry !== './package.json')
    .map((entry) => entry.replace('.', name)),
)

const readExports = async (entry: string): Promise<string[]> => Object.keys((await import(entry)) as object)

describe.each(entries)('%s', (entry) => {
  it('exports only names that a document mentions', async () => {
    const names = await readExports(entry)
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([])
  })
})

describe('the documents', () => {
  // Manifests too: pages on operations explain their members.
  const sources = globSync(['packages/*/src/**/*.ts', 'examples/deploy/*/*.yaml'], { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
  const spans = listDocuments()
    // They name what other libraries call it.
    .filter((path) => !path.startsWith('docs/coming-from/'))
    .flatMap((path) => readCodeSpans(readDocument(path)))
  // `name(`, `receiver.name(`, or a name in camel case alone.
  const named = new Set(
    spans.flatMap((span) => /^(?:\w+\.)*([a-z]\w*)\(|^([a-z]+[A-Z]\w*)$/.exec(span)?.slice(1).filter(Boolean) ?? []),
  )

  it('names only functions and members that exist', () => {
    const words = new Set(sources.match(/\w+/g))
    expect([...named].filter((name) => !words.has(name))).toEqual([])
  })

  it('names no function that is kept inside a package', async () => {
    const exported = new Set((await Promise.all(entries.map(readExports))).flat())
    const functions = [...sources.matchAll(/^(?:export )?(?:async )?function ([a-z]+[A-Z]\w*)/gm)].map(
      ([, name]) => name!,
    )
    const members = new Set([...sources.matchAll(/^ +(?:readonly )?(\w+)\??[(:<]/gm)].map(([, name]) => name!))
    expect(functions.filter((name) => named.has(name) && !exported.has(name) && !members.has(name))).toEqual([])
  })
})
