import { readBundle, type AgentBundle } from '@sallyport/fleet'
import { describe, expect, it } from 'vitest'
import { buildZip } from '../support/archives/zip-builder.ts'

function read(files: Readonly<Record<string, string>>): Promise<AgentBundle> {
  const all = { 'AGENTS.md': '# Agent\n', ...files }
  return readBundle(buildZip({ entries: Object.entries(all).map(([name, content]) => ({ name, content })) }))
}

const files = ({ skills }: AgentBundle) =>
  Object.fromEntries(skills.map(({ name, files: others }) => [name, others.map(({ path }) => path)]))

describe('skills of a bundle', () => {
  it('are found at any depth', async () => {
    const { skills, warnings } = await read({
      'skills/a/SKILL.md': '---\nname: a\n---\nA\n',
      'skills/a/b/SKILL.md': '---\nname: b\n---\nB\n',
      'skills/team/deep/er/SKILL.md': 'C\n',
    })
    expect(Object.fromEntries(skills.map(({ name, body }) => [name, body]))).toEqual({
      a: 'A\n',
      'a/b': 'B\n',
      'team/deep/er': 'C\n',
    })
    expect(skills.find(({ name }) => name === 'a/b')?.frontMatter).toEqual({ name: 'b' })
    expect(warnings.map(({ code }) => code)).not.toContain('SKILL_WITHOUT_FILE')
  })

  it('own the files next to them, the nearest first', async () => {
    const bundle = await read({
      'skills/a/SKILL.md': 'A',
      'skills/a/one.md': '1',
      'skills/a/b/SKILL.md': 'B',
      'skills/a/b/two.md': '2',
      'skills/a/b/c/three.md': '3',
      'skills/a/c/four.md': '4',
    })
    expect(files(bundle)).toEqual({
      a: ['skills/a/c/four.md', 'skills/a/one.md'],
      'a/b': ['skills/a/b/c/three.md', 'skills/a/b/two.md'],
    })
  })

  it('keep a folder whose own files belong to none', async () => {
    const bundle = await read({ 'skills/team/a/SKILL.md': 'A', 'skills/team/x/notes.md': 'n' })
    expect(files(bundle)).toEqual({ team: ['skills/team/x/notes.md'], 'team/a': [] })
    expect(bundle.warnings.map(({ code, path }) => `${code} ${path}`)).toContain('SKILL_WITHOUT_FILE skills/team')
  })

  it('are not files next to the folders', async () => {
    expect((await read({ 'skills/SKILL.md': 'S', 'subagents/a/skills/b/SKILL.md': 'S' })).skills).toEqual([])
  })

  it('count their front matter towards the limits at any depth', async () => {
    const text = `---\n#${' '.repeat(16 * 1024)}\n---\n`
    const path = 'skills/a/b/c/SKILL.md'
    await expect(read({ [path]: text })).rejects.toMatchObject({ code: 'FRONT_MATTER_INVALID', path })
  })
})
