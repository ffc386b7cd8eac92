import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path/posix'
import { describe, expect, it } from 'vitest'
import { embedExamples } from '../../scripts/documents/embed-examples.ts'
import { root } from '../../scripts/run-command.ts'
import { listDocuments, readDocument } from '../support/docs/markdown.ts'

describe('embedExamples', () => {
  it('writes a block under a marker that has none', () => {
    const filled = embedExamples('before\n\n<!-- example: express.ts -->\n\nafter\n')
    expect(filled).toMatch(/^before\n\n<!-- example: express\.ts -->\n\n```ts\nimport express[^]*\)\n```\n\nafter\n$/)
  })

  it('replaces the block that is there, and only that one', () => {
    const filled = embedExamples('<!-- example: express.ts -->\n\n```ts\nold()\n```\n\n```sh\nnpm test\n```\n')
    expect(filled).not.toContain('old()')
    expect(filled).toContain('\n\n```sh\nnpm test\n```\n')
  })

  it('changes nothing when run again', () => {
    const filled = embedExamples('<!-- example: express.ts -->\n')
    expect(embedExamples(filled)).toBe(filled)
  })

  it('fails for a file or a region that does not exist', () => {
    expect(() => embedExamples('<!-- example: none.ts -->\n')).toThrow('none.ts')
    expect(() => embedExamples('<!-- example: express.ts#none -->\n')).toThrow('has no region "none"')
  })
})

// Its library is not installed; its types are checked.
const untested = ['coming-from/octokit-before.ts']

describe('the programs in the documents', () => {
  const documents = listDocuments().map(readDocument)
  const programs = documents.flatMap((text) =>
    [...text.matchAll(/^<!-- example: ([^\s#]+\.ts)/gm)].map(([, file]) => file!),
  )
  const tests = globSync('test/**/*.test.ts', { cwd: root, exclude: ['test/docs/**'] }).map((file) =>
    readFileSync(join(root, file), 'utf8'),
  )

  it('are named in a test, but for one', () => {
    const isTested = (file: string): boolean =>
      file.endsWith('.test.ts') ||
      tests.some(
        (text) =>
          text.includes(`examples/${file}'`) ||
          (text.includes(`'${file}'`) && text.includes('examples/$')) ||
          (text.includes(`'${basename(file)}'`) && text.includes(`examples/${dirname(file)}/`)),
      )
    expect(new Set(programs.filter((file) => !isTested(file)))).toEqual(new Set(untested))
  })

  it.each(['examples/README.md', 'CONTRIBUTING.md'])('%s names those that are only type-checked', (path) => {
    for (const file of untested) expect(readDocument(path)).toContain(`\`${file}\``)
  })
})
