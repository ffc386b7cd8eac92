import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaults } from '../../packages/create-sallyport/src/choices.ts'
import { createManifest } from '../../packages/create-sallyport/src/manifest.ts'
import { embedExamples } from '../../scripts/documents/embed-examples.ts'
import { readManifest, readPackages } from '../../scripts/packages.ts'
import { root } from '../../scripts/run-command.ts'
import { listDocuments, readAnchors, readDocument, withoutBlocks } from '../support/docs/markdown.ts'

describe.each(listDocuments())('%s', (path) => {
  const text = readDocument(path)

  it('takes every TypeScript block from examples/', () => {
    const embedded = embedExamples(text).replaceAll(/^<!-- example: .* -->\n\n```[^]*?^```$/gm, '')
    expect(embedded.match(/^```(?:ts|tsx|typescript)\b.*\n.*/gm) ?? []).toEqual([])
  })

  it('has no link that leads nowhere', () => {
    const links = [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)].map(({ 1: target = '' }) => target)
    const dead = links.filter((target) => !/^https?:/.test(target) && !leadsSomewhere(path, target))
    expect(dead).toEqual([])
  })

  it('names only commands that exist', () => {
    const { scripts: own } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
    const scripts = { ...own, ...scriptsOfProjects }
    const commands = [
      ...text.matchAll(/\bnpm (?:run )?(demo|test(?::\w+)?|check|build|bench|example|embed|format|run \w+)/g),
    ]
    expect(
      commands.map(({ 1: name = '' }) => name.replace('run ', '')).filter((name) => !Object.hasOwn(scripts, name)),
    ).toEqual([])
  })

  it('names only packages and entry points that exist', () => {
    const named = [...text.matchAll(/(?:@sallyport\/[\w-]+|(?<=['"`])sallyport)(?:\/[a-z-]+)*(?=['"`\s])/g)].map(
      ([name]) => name,
    )
    expect(named.filter((name) => !entryPoints.has(name))).toEqual([])
  })

  it('holds no path of a machine', () => {
    expect(text).not.toMatch(/\/(?:home|Users|work|tmp|root)\//)
  })
})

const scriptsOfProjects = (JSON.parse(createManifest(defaults, '0.1.0')) as { scripts: object }).scripts

const entryPoints = new Set([
  '@sallyport/source', // the condition
  ...readPackages().flatMap(({ manifest: { name, exports } }) => [
    name,
    ...Object.keys(exports).map((entry) => entry.replace('.', name)),
  ]),
])

describe('README.md', () => {
  it('asks for the Node version in the manifests', () => {
    const engines = readPackages().map(
      ({ folder }) => (readManifest(folder) as { engines?: { node: string } }).engines?.node,
    )
    expect(new Set(engines)).toEqual(new Set(['>=22.18']))
    expect(readDocument('README.md')).toContain('Node 22.18 or newer')
  })
})

function leadsSomewhere(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? from : normalize(join(dirname(from), file))
  if (!existsSync(join(root, path))) return false
  return anchor === undefined || readAnchors(readDocument(path)).includes(anchor)
}
