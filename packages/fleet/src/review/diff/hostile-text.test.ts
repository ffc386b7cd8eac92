import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { bundleOf, toolsOf, type Files } from '../bundle-of.test.ts'
import { diffBundles } from './diff-bundles.ts'
import { toCode } from './to-markdown.ts'

const pieces = [
  '`',
  '```',
  '````\n',
  '\n```\n',
  '\u001b[2J',
  '\u009b31m',
  '\u202e',
  '\u200b',
  '\r',
  '\r\n',
  '\u2028',
  '\u0085',
]
const markup = [
  '<script>alert(1)</script>',
  '@someone',
  '| a | b |',
  '[x](javascript:y)',
  '![](https://x.example)',
  '# h',
  '~~~',
  '---',
  '&lt;',
  '\\',
]
const text = fc
  .array(fc.oneof(fc.constantFrom(...pieces, ...markup), fc.string({ maxLength: 8 })), { maxLength: 12 })
  .map((parts) => parts.join(''))
  .map((joined) => Buffer.from(joined).toString())

const files = fc
  .record({ prompt: text, name: text, tool: text, url: text, skill: text })
  .map(({ prompt, name, tool, url, skill }): Files => ({
    'AGENTS.md': `Help.\n${prompt}`,
    'config.json': { name, config: { configurable: { llm_model_config: { modelId: name } } } },
    'tools.json': toolsOf([[tool, url, name]], {
      [`https://x::${tool.replaceAll(':', '') || 't'}::${name.replaceAll(':', '')}`]: true,
    }),
    'skills/s/SKILL.md': `---\ndescription: ${toYaml(skill)}\n---\n${skill}`,
  }))

// Line ends that JSON leaves as they are, and front matter may hold only as escapes.
function toYaml(value: string): string {
  return JSON.stringify(value)
    .replaceAll('\u0085', String.raw`\u0085`)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`)
}

const unchanged = async (bundle: AgentBundle) => diffBundles(bundle, { ...bundle, digest: 'another' })

describe('diffBundles with hostile bundles', () => {
  it('finds no change to itself and every other change', async () => {
    await fc.assert(
      fc.asyncProperty(files, files, async (one, other) => {
        const [before, after] = [await bundleOf(one), await bundleOf(other)]
        expect((await unchanged(before)).changes).toEqual([])
        expect((await diffBundles(before, await bundleOf(one))).isEmpty).toBe(true)
        expect((await diffBundles(before, after)).isEmpty).toBe(before.digest === after.digest)
      }),
      { numRuns: 100 },
    )
  })

  it('controls neither a terminal nor a page', async () => {
    await fc.assert(
      fc.asyncProperty(files, files, async (one, other) => {
        const result = await diffBundles(await bundleOf(one), await bundleOf(other))
        const markdown = await result.toMarkdown()
        for (const shown of [await result.toText(), markdown]) {
          expect(shown).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/u)
        }
        expectInert(markdown)
      }),
      { numRuns: 150 },
    )
  })

  it('writes any text as one code span', () => {
    fc.assert(
      fc.property(text, (value) => {
        const code = toCode(value)
        if (code === '(empty)') return
        const [, fence, inside] = /^(`+)([^]*?[^`])\1$/.exec(code)!
        expect(inside!.match(/`+/g)?.map((run) => run.length) ?? []).not.toContain(fence!.length)
        expect(code).not.toContain('\n')
      }),
    )
  })
})

/** Outside of fences and code spans, nothing may stand but our own words. */
function expectInert(markdown: string): void {
  let fence: string | undefined
  for (const line of markdown.split('\n')) {
    if (fence !== undefined) {
      // As CommonMark ends a fence: up to three spaces, at least as many backticks, nothing else.
      const closes = new RegExp(`^ {0,3}\`{${fence.length},}[ \\t]*$`).test(line)
      if (closes) {
        expect(line).toBe(fence)
        fence = undefined
      } else expect(line).toMatch(/^[-+ \\@]/)
      continue
    }
    const opening = /^(`{3,})diff$/.exec(line)
    if (opening) fence = opening[1]!
    else expect(line.replaceAll(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, '')).toMatch(/^[\w #*().,:;+-]*$/)
  }
  expect(fence).toBeUndefined()
}
