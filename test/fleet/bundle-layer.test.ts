import { readBundle, type AgentBundle } from '@sallyport/fleet'
import { describe, expect, it } from 'vitest'
import { attempt } from './archives/attempt.ts'
import { toBytes } from './archives/bytes.ts'
import { zip } from './archives/hostile/fixture.ts'
import { sum } from './archives/libraries.ts'
import { buildZip } from './archives/zip-builder.ts'

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

  it('is taken off, and reported', async () => {
    const bundle = await readBundle(archiveOf(wrapped))
    expect(paths(bundle)).toEqual(['AGENTS.md', 'config.json', 'tools.json'])
    expect(warnings(bundle)).toEqual([expect.stringContaining('UNWRAPPED_FOLDER agent')])
  })

  it('makes no difference to the digest', async () => {
    const plain = await readBundle(archiveOf({ 'AGENTS.md': agent, 'config.json': '{}', 'tools.json': '{"tools":[]}' }))
    expect((await readBundle(archiveOf(wrapped))).digest).toBe(plain.digest)
  })

  it('may have any name, and an entry of its own', async () => {
    const bundle = await readBundle(archiveOf({ 'Mein Agent 2/': '', 'Mein Agent 2/AGENTS.md': agent }))
    expect(paths(bundle)).toEqual(['AGENTS.md'])
  })

  it('is still one beside junk', async () => {
    const bundle = await readBundle(archiveOf({ ...wrapped, '__MACOSX/agent/._AGENTS.md': 'x', '.DS_Store': 'x' }))
    expect(paths(bundle)).toEqual(['AGENTS.md', 'config.json', 'tools.json'])
  })

  it('stays where AGENTS.md is at the root', async () => {
    expect(paths(await read({ 'agent/AGENTS.md': agent }))).toEqual(['AGENTS.md', 'agent/AGENTS.md'])
  })
})

describe('junk', () => {
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

  it.each(junk)('%s is left out, with a warning', async (path) => {
    const bundle = await read({ [path]: 'junk' })
    expect(paths(bundle)).toEqual(['AGENTS.md'])
    expect(bundle.warnings.filter(({ code }) => code === 'IGNORED_FILE')).toEqual([expect.objectContaining({ path })])
  })

  it('makes no difference to the digest', async () => {
    const { digest } = await read({})
    expect((await read(Object.fromEntries(junk.map((path) => [path, path])))).digest).toBe(digest)
  })

  it('is not what merely looks like it', async () => {
    const kept = ['DS_Store', '.DS_Store.md', 'MACOSX/a', '__MACOSX.md', 'Thumbs.db.md', '_.a', 'a._']
    expect(paths(await read(Object.fromEntries(kept.map((path) => [path, 'text']))))).toEqual(
      ['AGENTS.md', ...kept].toSorted(),
    )
  })
})

describe('an archive inside', () => {
  it('is data', async () => {
    const inner = zip({ name: '../evil.md', content: 'evil' })
    const bundle = await read({ 'skills/a/inner.zip': inner })
    expect(bundle.files.find(({ path }) => path.endsWith('inner.zip'))?.sha256).toBe(sum(inner))
  })
})

describe('text', () => {
  it('may begin with a byte-order mark, which belongs to the file and not to the text', async () => {
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

  it('may be anything in files that are none', async () => {
    await expect(read({ 'skills/a/data.md': Uint8Array.of(0xff, 0xfe, 0xe9) })).resolves.toBeDefined()
  })
})

describe('front matter', () => {
  const skill = async (text: string) => (await read({ 'skills/a/SKILL.md': text })).skills[0]!

  it('is a plain mapping', async () => {
    const { frontMatter, body } = await skill('---\nname: a\nlist: [1, two]\ndeep: {b: true}\n---\nText\n')
    expect(frontMatter).toEqual({ name: 'a', list: [1, 'two'], deep: { b: true } })
    expect(body).toBe('Text\n')
  })

  it('may be missing or empty', async () => {
    expect(await skill('Text\n')).toMatchObject({ frontMatter: {}, body: 'Text\n' })
    expect((await skill('---\n---\nText\n')).frontMatter).toEqual({})
  })

  it('may have Windows line ends', async () => {
    expect((await skill('---\r\nname: a\r\n---\r\nText\r\n')).frontMatter).toEqual({ name: 'a' })
  })

  it('merges nothing', async () => {
    const outcome = await attempt(
      archiveOf({ 'AGENTS.md': agent, 'skills/a/SKILL.md': '---\n<<: {name: merged}\n---\n' }),
    )
    if (outcome.code === 'ACCEPTED') expect(outcome.bundle.skills[0]?.frontMatter['name']).toBeUndefined()
    else expect(outcome.code).toBe('FRONT_MATTER_INVALID')
  })

  it('reads words of YAML 1.1 as words', async () => {
    const { frontMatter } = await skill('---\ncountry: no\nanswer: yes\nswitch: on\ntime: 12:30\n---\n')
    expect(frontMatter).toEqual({ country: 'no', answer: 'yes', switch: 'on', time: '12:30' })
  })

  it.each(['__proto__: {polluted: true}', 'constructor: {prototype: {polluted: true}}'])(
    '%s changes no prototype',
    async (yaml) => {
      const outcome = await attempt(archiveOf({ 'AGENTS.md': agent, 'skills/a/SKILL.md': `---\n${yaml}\n---\n` }))
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
      if (outcome.code === 'ACCEPTED') expect(outcome.bundle.skills[0]?.frontMatter['polluted']).toBeUndefined()
      else expect(outcome.code).toBe('FRONT_MATTER_INVALID')
    },
  )

  it('of a megabyte takes no time', async () => {
    const start = performance.now()
    await attempt(archiveOf({ 'AGENTS.md': agent, 'skills/a/SKILL.md': `---\n${'a: '.repeat(300_000)}\n---\n` }))
    await attempt(archiveOf({ 'AGENTS.md': agent, 'skills/a/SKILL.md': `---\n${'"'.repeat(1_000_000)}\n---\n` }))
    await attempt(archiveOf({ 'AGENTS.md': agent, 'skills/a/SKILL.md': `---\n${'- [{'.repeat(200_000)}\n---\n` }))
    await attempt(
      archiveOf({
        'AGENTS.md': agent,
        'skills/a/SKILL.md': `---\n${Array.from({ length: 50_000 }, (_, index) => `k${index}: v`).join('\n')}\n---\n`,
      }),
    )
    await attempt(archiveOf({ 'AGENTS.md': agent, 'skills/a/SKILL.md': '---\n'.repeat(250_000) }))
    await attempt(archiveOf({ 'AGENTS.md': agent, 'skills/a/SKILL.md': `---\n${' '.repeat(1_000_000)}` }))
    await attempt(archiveOf({ 'AGENTS.md': agent, 'skills/a/SKILL.md': `---\n${'\r'.repeat(1_000_000)}` }))
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

describe('config.json', () => {
  it('keeps what the documents do not name', async () => {
    const config = { name: 'a', description: null, own: { deep: [1] }, metadata: { tenant_id: 't' } }
    expect((await read({ 'config.json': JSON.stringify(config) })).config).toMatchObject(config)
  })

  it('may be missing, with a warning', async () => {
    expect(warnings(await read({}))).toEqual(
      expect.arrayContaining(['CONFIG_MISSING config.json', 'TOOLS_MISSING tools.json']),
    )
  })

  it.each([
    '{"__proto__":{"polluted":true}}',
    '{"name":"a","own":{"__proto__":{"polluted":true}}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
  ])('%s changes no prototype', async (json) => {
    const outcome = await attempt(archiveOf({ 'AGENTS.md': agent, 'config.json': json }))
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    if (outcome.code !== 'ACCEPTED') return expect(outcome.code).toBe('CONFIG_INVALID')
    const { config } = outcome.bundle
    expect(config['polluted']).toBeUndefined()
    expect((config['own'] as { polluted?: unknown } | undefined)?.polluted).toBeUndefined()
    expect([Object.prototype, null]).toContain(Object.getPrototypeOf(config))
  })

  it('may be as deep as JSON may be', async () => {
    const deep = `{"own":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    for (const file of ['config.json', 'tools.json']) {
      // Either answer is right; a stack overflow is not.
      await expect(attempt(archiveOf({ 'AGENTS.md': agent, [file]: deep }))).resolves.toBeDefined()
    }
  })
})

describe('tools.json', () => {
  const interrupts = async (config: Readonly<Record<string, boolean>>) => {
    const { tools } = await read({ 'tools.json': JSON.stringify({ tools: [], interrupt_config: config }) })
    return tools.interrupts.map(({ serverUrl, tool, serverName, enabled }) => [serverUrl, tool, serverName, enabled])
  }

  it.each([
    ['https://tools.example/mcp', 'send_mail', 'mail'],
    ['http://[::1]:8080/mcp', 'send_mail', 'mail'],
    ['http://[2001:db8::1]/mcp', 'send_mail', 'mail server'],
    ['http://[::ffff:192.0.2.1]:80', 'send', 'v4 in v6'],
    ['http://[fe80::1%25eth0]/', 'send', 'zone'],
    ['http://[::]/', 'a', 'b'],
  ])('%s :: %s :: %s', async (url, tool, server) => {
    expect(await interrupts({ [`${url}::${tool}::${server}`]: true })).toEqual([[url, tool, server, true]])
  })

  it('keeps the key as it stands, and the whole file', async () => {
    const raw = { tools: [{ name: 'a', own: 1 }], interrupt_config: { 'https://a.example::a::b': false }, more: true }
    const { tools } = await read({ 'tools.json': JSON.stringify(raw) })
    expect(tools.interrupts[0]).toMatchObject({ key: 'https://a.example::a::b', enabled: false })
    expect(tools.raw).toEqual(raw)
    expect(tools.tools).toEqual([{ name: 'a', own: 1 }])
  })

  it.each([
    '{"tools":[],"__proto__":{"polluted":true}}',
    '{"tools":[{"name":"a","__proto__":{"polluted":true}}]}',
    '{"tools":[],"interrupt_config":{"__proto__":true}}',
  ])('%s changes no prototype', async (json) => {
    const outcome = await attempt(archiveOf({ 'AGENTS.md': agent, 'tools.json': json }))
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    if (outcome.code !== 'ACCEPTED') return expect(outcome.code).toBe('TOOLS_INVALID')
    const [tool] = outcome.bundle.tools.tools
    expect(tool?.['polluted']).toBeUndefined()
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

  it('has its files in the order of the bytes of their paths', async () => {
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

  it('has another digest when a byte, a name or a border between files moves', async () => {
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
