import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bundleOf, toolsOf, type Files } from '../bundle-of.test.ts'
import { randomSecrets } from '../secrets/random-secret.test.ts'
import { diffBundles, type BundleDiff } from './diff-bundles.ts'

const diff = async (before: Files | undefined, after: Files): Promise<BundleDiff> =>
  diffBundles(before && (await bundleOf(before)), await bundleOf(after))
const told = ({ changes }: BundleDiff) => changes.map(({ severity, kind }) => `${severity} ${kind}`)
const config = (modelId: string) => ({ config: { configurable: { llm_model_config: { modelId } } } })

describe('limits of diffBundles', () => {
  it('show binary and large files by size', async () => {
    const files = (byte: number, character: string) => ({
      'logo.png': new Uint8Array([0, byte]),
      'big.txt': character.repeat(300_000),
    })
    const result = await diff(files(1, 'a'), files(2, 'b'))
    expect(result.changes).toMatchObject([
      { path: 'big.txt', text: { form: 'size', reason: 'too large', before: 300_000, after: 300_000 } },
      { path: 'logo.png', text: { form: 'size', reason: 'binary' } },
    ])
  })

  it('count omitted lines and prefer new ones', async () => {
    const lines = (word: string) => Array.from({ length: 3_000 }, (_, index) => `${word} ${index}`).join('\n')
    const result = await diff({ 'AGENTS.md': lines('old') }, { 'AGENTS.md': lines('new') })
    const [change] = result.changes
    expect(change).toMatchObject({ text: { added: 3_000, removed: 3_000, omittedLines: 5_000 } })
    expect((await result.toText()).match(/^ {9}\+new/gm)!.length).toBe(750)
    expect(await result.toText()).toContain('@@ 5000 more lines are not shown @@')
  })

  it('hold for a bundle where everything changed', async () => {
    const files = (word: string): Files =>
      Object.fromEntries(
        Array.from({ length: 300 }, (_, file) => [`skills/s/${file}.txt`, `${word} ${file}\n`.repeat(100)]),
      )
    const result = await diff(files('old'), files('new'))
    expect((await result.toText()).split('\n').length).toBeLessThan(6_000)
    expect((await result.toMarkdown()).length).toBeLessThanOrEqual(60_000)
    expect(await result.toMarkdown({ maxCharacters: 2_000 })).toMatch(
      /The changed lines of \d+ files are not shown\.\n$/,
    )
  })

  it('allow a deeply nested configuration', async () => {
    const nested = (value: number) => `{"x":${'['.repeat(5_000)}${value}${']'.repeat(5_000)}}`
    const result = await diff({ 'config.json': nested(1) }, { 'config.json': nested(2) })
    expect(result.changes).toMatchObject([{ kind: 'setting-changed', member: ['x'], to: '[[[[[…]]]]]' }])
  })

  it('hide secrets in text, settings and URLs with a warning', async () => {
    const kinds = ['GitHub token', 'Anthropic API key', 'private key', 'Tavily API key']
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...kinds).chain((kind) => randomSecrets[kind]!),
        async ({ text, secret }) => {
          const result = await diff(
            { 'AGENTS.md': 'Help.' },
            {
              'AGENTS.md': `Help.\n${text}\n`,
              'config.json': { name: text },
              'tools.json': toolsOf([['search', `https://u:${secret}@mcp.example/${secret}?key=${secret}#${secret}`]]),
              'skills/s/SKILL.md': `---\ndescription: ${JSON.stringify(text)}\n---\n${text}`,
            },
          )
          expect(JSON.stringify(result) + (await result.toText()) + (await result.toMarkdown())).not.toContain(secret)
          expect(told(result)).toContain('warning prompt-changed')
          expect(await result.toText()).toContain('POSSIBLE SECRETS')
        },
      ),
      { numRuns: 30 },
    )
  })

  it('report a change of a secret only', async () => {
    const [one, other] = fc.sample(randomSecrets['GitHub token']!, { numRuns: 2, seed: 3 })
    const result = await diff({ 'AGENTS.md': one!.text }, { 'AGENTS.md': other!.text })
    expect(told(result)).toEqual(['warning prompt-changed'])
    expect(await result.toText()).toContain('only secrets changed')
  })

  it('leave plain data without the methods', async () => {
    const result = await diff({}, { 'AGENTS.md': 'Other', 'config.json': config('x') })
    const { toText: _toText, toMarkdown: _toMarkdown, ...data } = result
    expect(JSON.parse(JSON.stringify(result))).toEqual(data)
    expect(structuredClone(data)).toEqual(data)
  })
})
