import { builtinModules } from 'node:module'
import { describe, expect, it } from 'vitest'
import { listDocuments, readBlocks } from '../support/docs/markdown.ts'

// The programs of examples/deploy/ have a package.json of their own.
const ownProjects = ['containers.md', 'kubernetes.md', 'systemd.md', 'sqlite-volumes.md', 'backups.md']
const pages = listDocuments().filter(
  (path) => path.startsWith('docs/operations/') && !ownProjects.some((page) => path.endsWith(`/${page}`)),
)

const toPackage = (specifier: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)![0]
const isOther = (specifier: string): boolean => !/^(?:node:|\.)/.test(specifier) && !builtinModules.includes(specifier)

describe.each(pages)('%s', (path) => {
  it('installs every package that its programs import', () => {
    const blocks = readBlocks(path)
    const installs = blocks.filter(({ language }) => language === 'sh').map(({ code }) => code)
    const installed = [...installs.join('\n').matchAll(/^npm install (.+)$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    )
    const programs = blocks.filter(({ language }) => language === 'ts').map(({ code }) => code)
    const imported = [...programs.join('\n').matchAll(/ from '([^']+)'$/gm)].map(([, specifier = '']) => specifier)
    const missing = imported
      .filter(isOther)
      .map(toPackage)
      .filter((name) => !installed.includes(name))
    expect([...new Set(missing)]).toEqual([])
  })
})
