import { describe, expect, it } from 'vitest'
import { embedExamples } from '../../scripts/documents/embed-examples.ts'

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
