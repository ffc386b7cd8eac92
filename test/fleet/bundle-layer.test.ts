import { readBundle, type AgentBundle } from '@sallyport/fleet'
import { describe, expect, it } from 'vitest'
import { toBytes } from '../support/archives/bytes.ts'
import { zip } from '../support/archives/hostile/fixture.ts'
import { sum } from '../support/archives/libraries.ts'
import { buildZip } from '../support/archives/zip-builder.ts'

type Files = Readonly<Record<string, string | Uint8Array>>

const agent = '# Agent\n'

function archiveOf(files: Files): Uint8Array {
  return buildZip({ entries: Object.entries(files).map(([name, content]) => ({ name, content })) })
}

function read(files: Files): Promise<AgentBundle> {
  return readBundle(archiveOf({ 'AGENTS.md': agent, ...files }))
}

const paths = ({ files }: AgentBundle) => files.map(({ path }) => path)
const warnings = (bundle: AgentBundle) => bundle.warnings.map(({ code, path }) => `${code} ${path}`)

describe('a single wrapping folder', () => {
  const wrapped = { 'agent/AGENTS.md': agent, 'agent/config.json': '{}', 'agent/tools.json': '{"tools":[]}' }

  it('is unwrapped and reported', async () => {
    const bundle = await readBundle(archiveOf(wrapped))
    expect(paths(bundle)).toEqual(['AGENTS.md', 'config.json', 'tools.json'])
    expect(warnings(bundle)).toEqual([expect.stringContaining('UNWRAPPED_FOLDER agent')])
  })

  it('does not change the digest', async () => {
    const plain = await readBundle(archiveOf({ 'AGENTS.md': agent, 'config.json': '{}', 'tools.json': '{"tools":[]}' }))
    expect((await readBundle(archiveOf(wrapped))).digest).toBe(plain.digest)
  })

  it('may have any name and its own entry', async () => {
    const bundle = await readBundle(archiveOf({ 'Mein Agent 2/': '', 'Mein Agent 2/AGENTS.md': agent }))
    expect(paths(bundle)).toEqual(['AGENTS.md'])
  })

  it('is unwrapped even beside junk', async () => {
    const bundle = await readBundle(archiveOf({ ...wrapped, '__MACOSX/agent/._AGENTS.md': 'x', '.DS_Store': 'x' }))
    expect(paths(bundle)).toEqual(['AGENTS.md', 'config.json', 'tools.json'])
  })

  it('stays if AGENTS.md is at the root', async () => {
    expect(paths(await read({ 'agent/AGENTS.md': agent }))).toEqual(['AGENTS.md', 'agent/AGENTS.md'])
  })
})

describe('junk files', () => {
  const junk = [
    '__MACOSX/._AGENTS.md',
    '__MACOSX/skills/a/._SKILL.md',
    '.DS_Store',
    'skills/.DS_Store',
    'Thumbs.db',
    'skills/Thumbs.db',
    '._config.json',
    'skills/._a',
  ]

  it.each(junk)('are ignored with a warning: %s', async (path) => {
    const bundle = await read({ [path]: 'junk' })
    expect(paths(bundle)).toEqual(['AGENTS.md'])
    expect(bundle.warnings.filter(({ code }) => code === 'IGNORED_FILE')).toEqual([expect.objectContaining({ path })])
  })

  it('does not change the digest', async () => {
    const { digest } = await read({})
    expect((await read(Object.fromEntries(junk.map((path) => [path, path])))).digest).toBe(digest)
  })

  it('do not include similar names', async () => {
    const kept = ['DS_Store', '.DS_Store.md', 'MACOSX/a', '__MACOSX.md', 'Thumbs.db.md', '_.a', 'a._']
    expect(paths(await read(Object.fromEntries(kept.map((path) => [path, 'text']))))).toEqual(
      ['AGENTS.md', ...kept].toSorted(),
    )
  })
})

describe('an archive inside a bundle', () => {
  it('is data', async () => {
    const inner = zip({ name: '../evil.md', content: 'evil' })
    const bundle = await read({ 'skills/a/inner.zip': inner })
    expect(bundle.files.find(({ path }) => path.endsWith('inner.zip'))?.sha256).toBe(sum(inner))
  })
})

describe('text', () => {
  it('may begin with a byte-order mark, which is not text', async () => {
    const bundle = await read({
      'AGENTS.md': `\ufeff${agent}`,
      'config.json': '\ufeff{"name":"a"}',
      'tools.json': '\ufeff{"tools":[{"name":"search"}]}',
      'skills/a/SKILL.md': '\ufeff---\nname: a\n---\nText\n',
    })
    expect(bundle.agentsMd).toBe(agent)
    expect(bundle.config.name).toBe('a')
    expect(bundle.tools.tools.map(({ name }) => name)).toEqual(['search'])
    expect(bundle.skills[0]?.frontMatter).toEqual({ name: 'a' })
    expect(bundle.files[0]?.sha256).toBe(sum(toBytes(`\ufeff${agent}`)))
  })

  it('may be anything in other files', async () => {
    await expect(read({ 'skills/a/data.md': Uint8Array.of(0xff, 0xfe, 0xe9) })).resolves.toBeDefined()
  })
})

describe('a bundle', () => {
  it('has skills and subagents by folder', async () => {
    const bundle = await read({
      'skills/b/SKILL.md': '---\nname: b\n---\nB\n',
      'skills/b/data.bin': 'x',
      'skills/a/SKILL.md': 'A\n',
      'skills/none/data.bin': 'x',
      'subagents/w/AGENTS.md': '---\ndescription: Works\n---\nW\n',
      'subagents/none/tools.json': '{"tools":[]}',
    })
    expect(bundle.skills.map(({ name }) => name)).toEqual(expect.arrayContaining(['a', 'b']))
    expect(bundle.skills.find(({ name }) => name === 'b')?.files.map(({ path }) => path)).toEqual(['skills/b/data.bin'])
    expect(bundle.subagents.find(({ name }) => name === 'w')).toMatchObject({ description: 'Works', prompt: 'W\n' })
    expect(warnings(bundle)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^SKILL_WITHOUT_FILE skills\/none/),
        expect.stringMatching(/^SUBAGENT_WITHOUT_FILE subagents\/none/),
      ]),
    )
  })

  it('groups the files of a folder in any order of entries', async () => {
    const folders = ['a', 'a-b', 'a.b', 'a b', 'a0', '\uffee', '\u{1f600}']
    const files = ['SKILL.md', '-.md', 'deep/x.md', '~.md']
    const bundle = await read(
      Object.fromEntries(files.flatMap((file) => folders.map((folder) => [`skills/${folder}/${file}`, file]))),
    )
    expect(bundle.skills.map(({ name }) => name).toSorted()).toEqual(folders.toSorted())
    for (const { name, body, files: others } of bundle.skills) {
      expect(body).toBe('SKILL.md')
      expect(others.map(({ path }) => path)).toEqual(
        ['-.md', 'deep/x.md', '~.md'].map((file) => `skills/${name}/${file}`),
      )
    }
    expect(warnings(bundle).filter((warning) => warning.startsWith('SKILL'))).toEqual([])
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'may have a skill and a subagent named %s',
    async (name) => {
      const bundle = await read({
        [`skills/${name}/SKILL.md`]: 'S\n',
        [`subagents/${name}/AGENTS.md`]: 'A\n',
        [name]: 'x',
      })
      expect(bundle.skills.map((skill) => [skill.name, skill.body])).toEqual([[name, 'S\n']])
      expect(bundle.subagents.map((subagent) => [subagent.name, subagent.prompt])).toEqual([[name, 'A\n']])
    },
  )

  it('sorts files by the bytes of their paths', async () => {
    const names = ['\u{1f600}.md', '\uff21.md', 'a/b', 'a-b', 'B', 'a', 'ä'].filter((name) => name !== 'a')
    const expected = ['AGENTS.md', ...names].toSorted((one, other) => Buffer.compare(toBytes(one), toBytes(other)))
    expect(paths(await read(Object.fromEntries(names.map((name) => [name, 'x']))))).toEqual(expected)
  })

  it('does not change when its input does', async () => {
    const bytes = buildZip({ entries: [{ name: 'AGENTS.md', content: agent, method: 0 }] })
    const bundle = await readBundle(bytes)
    bytes.fill(0)
    expect(bundle.files.map((file) => sum(file.bytes))).toEqual(bundle.files.map(({ sha256 }) => sha256))
  })

  it('gets a new digest when a byte, name or file border changes', async () => {
    const variants: Files[] = [
      { a: 'xy', b: 'z' },
      { a: 'x', b: 'yz' },
      { a: 'xy', c: 'z' },
      { ab: 'xyz' },
      { a: 'xy', b: 'Z' },
      { a: 'xy', b: 'z', empty: '' },
      { a: 'xy\0b', c: 'z' },
    ]
    const digests = await Promise.all(variants.map(async (files) => (await read(files)).digest))
    expect(new Set(digests).size).toBe(variants.length)
  })
})
