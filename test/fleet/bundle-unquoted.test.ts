import { readBundle, type AgentBundle } from '@sallyport/fleet'
import { describe, expect, it } from 'vitest'
import { buildZip } from '../support/archives/zip-builder.ts'

const path = 'skills/a/SKILL.md'

function read(text: string): Promise<AgentBundle> {
  const files = { 'AGENTS.md': '# Agent\n', [path]: text, 'subagents/w/AGENTS.md': text }
  return readBundle(buildZip({ entries: Object.entries(files).map(([name, content]) => ({ name, content })) }))
}

async function frontMatter(yaml: string): Promise<unknown> {
  return (await read(`---\n${yaml}\n---\nText\n`)).skills[0]!.frontMatter
}

describe('front matter without quotes', () => {
  it.each([
    ['a colon', 'description: Use when: a user asks', 'Use when: a user asks'],
    ['a colon at the end', 'description: Steps:', 'Steps:'],
    ['a URL and a colon', 'description: See https://a.example: b', 'See https://a.example: b'],
    ['a colon and a number sign', 'description: Handles: issue #12', 'Handles: issue #12'],
    ['a colon and quotes', 'description: Says: "no"', 'Says: "no"'],
    ['a backtick', 'description: `run` it', '`run` it'],
    ['an at sign', 'description: @team helper', '@team helper'],
    ['a bracket', 'description: [Beta] finds: things', '[Beta] finds: things'],
    ['spaces at the end', 'description: Use when: asked  ', 'Use when: asked'],
    ['Windows line ends', 'description: Use when: asked\r', 'Use when: asked'],
  ])('is read as text: %s', async (_name, yaml, description) => {
    expect(await frontMatter(`name: a\n${yaml}`)).toEqual({ name: 'a', description })
  })

  it('is reported with its line and the fix', async () => {
    const { warnings, subagents } = await read('---\nname: a\ndescription: Use when: b\n---\nText\n')
    const message = expect.stringMatching(/description .*put it in quotes/)
    const found = warnings.filter(({ code }) => code === 'FRONT_MATTER_UNQUOTED')
    expect(found).toEqual(
      [path, 'subagents/w/AGENTS.md'].map((file) => ({ code: 'FRONT_MATTER_UNQUOTED', path: file, line: 3, message })),
    )
    expect(subagents[0]).toMatchObject({ description: 'Use when: b', prompt: 'Text\n' })
  })

  it('is read in several lines', async () => {
    const yaml = 'name: a\ndescription: a: b\nmetadata:\n  note: c: d'
    expect(await frontMatter(yaml)).toEqual({ name: 'a', description: 'a: b', metadata: { note: 'c: d' } })
  })

  it.each([
    ['a value that goes on', 3, 'name: a\ndescription: a: b\n  and more'],
    ['a value in the next line', 3, 'name: a\ndescription: a\n  b: c'],
    ['a mapping below', 3, 'name: a\ndescription: a:\n  b: c'],
    ['text after quotes', 3, 'name: a\ndescription: "a": b'],
    ['an alias', 2, 'name: *a: b'],
    ['an open quote', 4, 'name: "a\ndescription: b: c'],
    ['a repeated key', 3, 'name: a\nname: b'],
  ])('is rejected with its line if readers could differ: %s', async (_name, line, yaml) => {
    const refusal = read(`---\n${yaml}\n---\nText\n`)
    await expect(refusal).rejects.toMatchObject({ code: 'FRONT_MATTER_INVALID', path })
    await expect(refusal).rejects.toThrow(`line ${line}: `)
  })

  it('never hides a key that YAML reads', async () => {
    await expect(frontMatter('description: a: b\nmodel: x: y\n<<: {model: z}')).rejects.toMatchObject({
      code: 'FRONT_MATTER_INVALID',
    })
  })
})

describe('front matter', () => {
  it.each([
    ['2,000 tokens', Array.from({ length: 401 }, (_, index) => `k${index}: v`).join('\n')],
    ['32 levels of lists', '- '.repeat(33) + 'a'],
    ['32 levels of brackets', `a: ${'['.repeat(33)}${']'.repeat(33)}`],
  ])('is limited to %s', async (_name, yaml) => {
    await expect(frontMatter(yaml)).rejects.toMatchObject({ code: 'FRONT_MATTER_INVALID' })
  })

  it('may be as large as real skills need', async () => {
    const tools = Array.from({ length: 250 }, (_, index) => `  - tool-${index}`).join('\n')
    expect(await frontMatter(`name: a\nallowed-tools:\n${tools}`)).toMatchObject({ name: 'a' })
  })
})
