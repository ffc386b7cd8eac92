import { readBundle, type AgentBundle } from '@sallyport/fleet'
import { describe, expect, it } from 'vitest'
import { attempt } from '../support/archives/attempt.ts'
import { buildZip } from '../support/archives/zip-builder.ts'

type Files = Readonly<Record<string, string | Uint8Array>>

const agent = '# Agent\n'

function archiveOf(files: Files): Uint8Array {
  return buildZip({ entries: Object.entries(files).map(([name, content]) => ({ name, content })) })
}

function read(files: Files): Promise<AgentBundle> {
  return readBundle(archiveOf({ 'AGENTS.md': agent, ...files }))
}

const warnings = (bundle: AgentBundle) => bundle.warnings.map(({ code, path }) => `${code} ${path}`)

const keys = Array.from({ length: 80_000 }, (_, index) => `k${index}: v`).join('\n')

/** Front matter that is much work for parsers that go back. */
const megabytes: Files = {
  'nested mappings': `---\n${'a: '.repeat(300_000)}\n---\n`,
  quotes: `---\n${'"'.repeat(1_000_000)}\n---\n`,
  brackets: `---\n${'- [{'.repeat(200_000)}\n---\n`,
  keys: `---\n${keys}\n---\n`,
  fences: '---\n'.repeat(250_000),
  spaces: `---\n${' '.repeat(1_000_000)}`,
  'carriage returns': `---\n${'\r'.repeat(1_000_000)}`,
}

describe('front matter', () => {
  const skill = async (text: string) => (await read({ 'skills/a/SKILL.md': text })).skills[0]!

  it('must be a plain mapping', async () => {
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

  // PyYAML reads a key `model` in each of them.
  it.each([
    ['a merge key', '<<: {model: other}'],
    ['a merge key in a list', '<<: [{model: other}]'],
    ['a line separator', 'name: a #\u2028model: other'],
    ['a paragraph separator', 'name: a #\u2029model: other'],
    ['a next line', 'name: a #\u0085model: other'],
    ['a carriage return alone', 'name: a #\rmodel: other'],
  ])('is rejected if readers differ: %s', async (_name, yaml) => {
    const reading = read({ 'skills/a/SKILL.md': `---\n${yaml}\n---\n` })
    await expect(reading).rejects.toMatchObject({ code: 'FRONT_MATTER_INVALID' })
  })

  it.each(['\r', '\u2028', '\u2029'])('does not end at a fence after %j', async (end) => {
    const reading = read({ 'skills/a/SKILL.md': `---\nname: a${end}---\nmodel: other\n---\n` })
    await expect(reading).rejects.toMatchObject({ code: 'FRONT_MATTER_INVALID' })
  })

  it('ends at the first fence', async () => {
    const { frontMatter, body } = await skill('---\nname: a ---\n--- \n---\nText')
    expect(frontMatter).toEqual({ name: 'a ---' })
    expect(body).toBe('---\nText')
    expect(await skill('---\nname: a\n---')).toMatchObject({ frontMatter: { name: 'a' }, body: '' })
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

  it('is limited to 16 KiB a file and 256 KiB in all', async () => {
    const skills = (count: number, length: number): Files =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `skills/s${index}/SKILL.md`,
          `---\n#${' '.repeat(length - 2)}\n---\nText\n`,
        ]),
      )
    const full = 16 * 1024
    expect((await read(skills(16, full))).skills).toHaveLength(16)
    const refused = { code: 'FRONT_MATTER_INVALID' }
    await expect(read(skills(1, full + 1))).rejects.toMatchObject({ ...refused, path: 'skills/s0/SKILL.md' })
    const oneMore = read({ ...skills(16, full), 'skills/t/SKILL.md': '---\na: b\n---\n' })
    await expect(oneMore).rejects.toMatchObject({ ...refused, path: 'skills/t/SKILL.md' })
  })

  it.each(Object.entries(megabytes))('rejects a megabyte of %s in time', async (_name, text) => {
    await expect(attempt(archiveOf({ 'AGENTS.md': agent, 'skills/a/SKILL.md': text }))).resolves.toBeDefined()
  })
})

describe('config.json', () => {
  it('keeps undocumented members', async () => {
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

  it('is limited to 1 MiB, and 4 MiB with every tools.json', async () => {
    const mebibyte = 1024 * 1024
    const text = (length: number) => '{}'.padEnd(length)
    const files = (last: number): Files => ({
      'config.json': text(mebibyte),
      'tools.json': text(mebibyte),
      'subagents/a/tools.json': text(mebibyte),
      'subagents/b/tools.json': text(last),
    })
    expect((await read(files(mebibyte))).subagents).toHaveLength(2)
    await expect(read(files(mebibyte + 1))).rejects.toMatchObject({ code: 'TOOLS_INVALID' })
    await expect(read({ 'config.json': text(mebibyte + 1) })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    const oneMore = read({ ...files(mebibyte), 'subagents/c/tools.json': '{}' })
    await expect(oneMore).rejects.toMatchObject({ code: 'TOOLS_INVALID' })
  })

  it('is rejected with a repeated member, and says where', async () => {
    const reading = read({ 'config.json': '{"name":"a",\n "n\\u0061me":"b"}' })
    await expect(reading).rejects.toMatchObject({ code: 'DUPLICATE_MEMBER', path: 'config.json' })
    await expect(reading).rejects.toThrow(/the second is at line 2, column 2$/)
  })

  it('may be as deep as JSON allows', async () => {
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
  ])('splits the key %s :: %s :: %s', async (url, tool, server) => {
    expect(await interrupts({ [`${url}::${tool}::${server}`]: true })).toEqual([[url, tool, server, true]])
  })

  it('keeps the original key and the whole file', async () => {
    const raw = { tools: [{ name: 'a', own: 1 }], interrupt_config: { 'https://a.example::a::b': false }, more: true }
    const { tools } = await read({ 'tools.json': JSON.stringify(raw) })
    expect(tools.interrupts[0]).toMatchObject({ key: 'https://a.example::a::b', enabled: false })
    expect(tools.raw).toEqual(raw)
    expect(tools.tools).toEqual([{ name: 'a', own: 1 }])
  })

  it('is limited to 10,000 tools', async () => {
    const tools = (count: number) => ({ 'tools.json': `{"tools":[${'{"name":"a"},'.repeat(count).slice(0, -1)}]}` })
    expect((await read(tools(10_000))).tools.tools).toHaveLength(10_000)
    await expect(read(tools(10_001))).rejects.toMatchObject({ code: 'TOOLS_INVALID' })
  })

  it('is limited to 10,000 members of one object', async () => {
    const config = (count: number) => ({
      'config.json': JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, 1]))),
    })
    expect(Object.keys((await read(config(10_000))).config)).toHaveLength(10_000)
    await expect(read(config(10_001))).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  it('is limited to 2 MiB of a prompt', async () => {
    const text = (length: number) => ({ 'subagents/s/AGENTS.md': 'a'.repeat(length) })
    expect((await read(text(2 * 1024 * 1024))).subagents).toHaveLength(1)
    await expect(read(text(2 * 1024 * 1024 + 1))).rejects.toMatchObject({
      code: 'FILE_TOO_LARGE',
      path: 'subagents/s/AGENTS.md',
    })
  })

  it('rejects a wrong entry without showing it', async () => {
    const key = 'https://a.example::\u001b[2J\u009b31m\u202ekey-of-the-file::s'
    const refusal = read({ 'tools.json': JSON.stringify({ interrupt_config: { [key]: 'no' } }) })
    await expect(refusal).rejects.toMatchObject({ code: 'TOOLS_INVALID' })
    await expect(refusal).rejects.toThrow(/interrupt_config\.\*: [ -~]+$/)
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
