import { describe, expect, it } from 'vitest'
import { bundleOf, toolsOf, type Files } from '../bundle-of.test.ts'
import { diffBundles, type BundleDiff } from './diff-bundles.ts'

const diff = async (before: Files | undefined, after: Files): Promise<BundleDiff> =>
  diffBundles(before && (await bundleOf(before)), await bundleOf(after))
const told = ({ changes }: BundleDiff) => changes.map(({ severity, kind }) => `${severity} ${kind}`)
const server = 'https://mcp.example.com/mcp'
const config = (modelId: string) => ({ config: { configurable: { llm_model_config: { modelId } } } })

describe('diffBundles', () => {
  it('is empty for the same files', async () => {
    const same = await diff({ 'skills/a/SKILL.md': 'A' }, { 'skills/a/SKILL.md': 'A' })
    expect(same).toMatchObject({
      isEmpty: true,
      isFirst: false,
      changes: [],
      counts: { warning: 0, notice: 0, info: 0 },
    })
    expect(same.from).toBe(same.to)
    expect(await same.toText()).toBe('Nothing changed')
    expect(await same.toMarkdown()).toBe('### Nothing changed\n')
  })

  it('reports a first deployment as added, warning only of faults', async () => {
    const files = {
      'config.json': config('anthropic:claude-x'),
      'tools.json': toolsOf([['send', server, 'Mail']], { [`${server}::send::Mail`]: true }),
      'skills/a/SKILL.md': '---\ndescription: Does a\n---\nA',
      'subagents/b/AGENTS.md': 'B',
      'subagents/b/tools.json': toolsOf([['fetch', 'http://plain.example']]),
    }
    const first = await diff(undefined, files)
    expect(first).toMatchObject({ isEmpty: false, isFirst: true })
    expect(told(first)).toEqual([
      'warning server-added',
      'notice model-changed',
      'notice server-added',
      'notice tool-added',
      'notice interrupt-on',
      'notice tool-added',
      'notice subagent-added',
      'notice skill-added',
      'notice prompt-added',
      'notice prompt-added',
      'notice prompt-added',
    ])
    expect(await first.toText()).toContain('First deployment, everything is new: 1 warning, 10 notices')
    expect(await first.toText()).toContain('+You help.')
  })

  it('shows changed lines of prompts with some context', async () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`)
    const changed = lines.with(10, 'Obey.')
    const result = await diff({ 'AGENTS.md': lines.join('\n') }, { 'AGENTS.md': changed.join('\n') })
    expect(result.changes).toMatchObject([
      {
        kind: 'prompt-changed',
        path: 'AGENTS.md',
        text: {
          form: 'lines',
          added: 1,
          removed: 1,
          hunks: [{ before: 8, after: 8, lines: expect.arrayContaining(['-line 10', '+Obey.']) }],
        },
      },
    ])
    expect(await result.toMarkdown()).toBe(`### Changes: 1 notice

**Notices**

- prompt changed: \`AGENTS.md\`, +1 -1 lines

\`AGENTS.md\`

\`\`\`diff
@@ -8 +8 @@
 line 7
 line 8
 line 9
-line 10
+Obey.
 line 11
 line 12
 line 13
\`\`\`
`)
  })

  it('warns of a changed model', async () => {
    const result = await diff({ 'config.json': config('a:1') }, { 'config.json': config('b:2') })
    expect(result.changes).toEqual([
      { kind: 'model-changed', severity: 'warning', path: 'config.json', from: 'a:1', to: 'b:2' },
    ])
    expect(await result.toText()).toContain('WARNING  model changed from "a:1" to "b:2"')
    const subagent = (model: string) => ({ 'subagents/s/AGENTS.md': `---\nmodel: ${model}\n---\nHi` })
    expect(told(await diff(subagent('x'), subagent('y')))).toContain('warning model-changed')
  })

  it('warns of a new host and of HTTP, not of a new path', async () => {
    const urls = (...all: string[]) => ({ 'tools.json': toolsOf(all.map((url, index) => [`t${index}`, url])) })
    const change = async (url: string) => (await diff(urls(server), urls(server, url))).changes[0]
    expect(await change('https://evil.example')).toMatchObject({ severity: 'warning', newHost: true, insecure: false })
    expect(await change('http://mcp.example.com')).toMatchObject({
      severity: 'warning',
      newHost: false,
      insecure: true,
    })
    expect(await change('https://mcp.example.com/other')).toMatchObject({ severity: 'notice', newHost: false })
    expect(told(await diff(urls(server), urls()))).toEqual(['info server-removed', 'info tool-removed'])
  })

  it('reports tools added, removed, changed or moved', async () => {
    const before = {
      'tools.json': toolsOf([
        ['gone', server],
        ['kept', server, 'Old'],
        ['moved', server],
      ]),
    }
    const after = {
      'tools.json': toolsOf([
        ['come', server],
        ['kept', server, 'New'],
        ['moved', `${server}/2`],
      ]),
    }
    const result = await diff(before, after)
    expect(told(result)).toEqual([
      'warning tool-server-changed',
      'notice server-added',
      'notice tool-added',
      'info tool-changed',
      'info tool-removed',
    ])
    expect(result.changes[0]).toMatchObject({ tool: 'moved', from: server, to: `${server}/2`, asksFirst: 'not set' })
    expect(result.changes[3]).toMatchObject({
      tool: 'kept',
      members: [{ member: ['mcp_server_name'], from: '"Old"', to: '"New"' }],
    })
  })

  describe('interrupts', () => {
    const key = `${server}::send::Mail`
    const tools = (interrupts: Record<string, unknown>, url = server) => ({
      'tools.json': toolsOf([['send', url, 'Mail']], interrupts),
    })
    it.each([
      ['switched off', tools({ [key]: true }), tools({ [key]: false }), ['warning interrupt-off']],
      ['switched on', tools({ [key]: false }), tools({ [key]: true }), ['notice interrupt-on']],
      ['removed', tools({ [key]: true }), tools({}), ['warning interrupt-removed']],
      ['removed while off', tools({ [key]: false }), tools({}), ['info interrupt-removed']],
      ['added as off', tools({}), tools({ [key]: false }), ['notice interrupt-off']],
      [
        'removed with its tool',
        tools({ [key]: true }),
        { 'tools.json': toolsOf([]) },
        ['notice interrupt-removed', 'info server-removed', 'info tool-removed'],
      ],
      [
        'left without its tool',
        tools({ [key]: true }),
        { 'tools.json': toolsOf([], { [key]: true }) },
        ['notice interrupt-orphaned', 'info server-removed', 'info tool-removed'],
      ],
      [
        'left behind by a moved tool',
        tools({ [key]: true }),
        tools({ [key]: true }, `${server}/2`),
        ['warning tool-server-changed', 'warning interrupt-lost', 'notice server-added', 'info server-removed'],
      ],
      [
        'contradicted',
        tools({ [key]: true }),
        tools({ [key]: true, 'https://x.example::send::X': false }),
        ['warning interrupt-lost', 'notice interrupt-off'],
      ],
      // Of these, the runtime acts on the name alone.
      ['switched on by name', tools({ send: false }), tools({ send: true }), ['info interrupt-on']],
      ['switched off by name', tools({ send: true }), tools({ send: false }), ['warning interrupt-off']],
      ['removed by name', tools({ send: true }), tools({}), ['warning interrupt-removed']],
      [
        'turned into a form that works',
        tools({ [key]: true }),
        tools({ send: true }),
        ['info interrupt-on', 'info interrupt-removed'],
      ],
      [
        'turned into a form without effect',
        tools({ send: true }),
        tools({ [key]: true }),
        ['notice interrupt-on', 'warning interrupt-removed'],
      ],
      [
        'limited to some decisions',
        tools({ send: true }),
        tools({ send: { allowed_decisions: ['approve', 'reject'] } }),
        ['notice interrupt-changed'],
      ],
      [
        'left without decisions',
        tools({ send: true }),
        tools({ send: { allowed_decisions: [] } }),
        ['warning interrupt-off'],
      ],
      [
        'given a condition',
        tools({ send: true }),
        tools({ send: { allowed_decisions: ['approve'], when: 'x' } }),
        ['notice interrupt-changed', 'warning interrupt-lost'],
      ],
    ])('are compared: %s', async (_, before, after, expected) => {
      expect(told(await diff(before, after)).toSorted()).toEqual(expected.toSorted())
    })

    it('say what the runtime does, not what is set', async () => {
      const text = async (interrupts: Record<string, unknown>) => (await diff(undefined, tools(interrupts))).toText()
      const place = `"send" of "${server}"`
      expect(await text({ send: true })).toContain(`tool added: ${place}, asks before it runs`)
      expect(await text({ send: true })).toContain('interrupt switched on: "send" asks before it runs')
      const dotted = await text({ [key]: true })
      expect(dotted).toContain(`tool added: ${place}, is set to ask but RUNS WITHOUT ASKING: its key has the server`)
      expect(dotted).toContain(`interrupt switched on: ${place} ("Mail") RUNS WITHOUT ASKING: its key has the server`)
      expect(dotted).not.toContain('asks before it runs')
      const removed = await diff(tools({ send: true }), tools({ [key]: true }))
      expect(await removed.toMarkdown()).toContain(
        'INTERRUPT REMOVED: `send` was set to ask before it ran; now: its key has',
      )
    })

    it('name the subagent', async () => {
      const of = (on: boolean) => ({
        'subagents/mailer/AGENTS.md': 'Mail.',
        'subagents/mailer/tools.json': toolsOf([['send', server, 'Mail']], { [key]: on }),
      })
      const result = await diff(of(true), of(false))
      expect(result.changes).toMatchObject([
        { kind: 'interrupt-off', subagent: 'mailer', path: 'subagents/mailer/tools.json' },
      ])
      expect(await result.toText()).toContain(
        `WARNING  INTERRUPT SWITCHED OFF: "send" of "${server}" ("Mail") runs without asking (subagent "mailer")`,
      )
    })
  })

  it('shows a nested skill as a skill and its text as a prompt', async () => {
    const path = 'skills/a/deep/SKILL.md'
    const result = await diff({}, { 'skills/a/SKILL.md': 'A', [path]: '---\ndescription: Does b\n---\nB' })
    const own = result.changes.filter((change) => change.path === path)
    expect(own).toMatchObject([
      { kind: 'skill-added', severity: 'notice', name: 'a/deep', description: 'Does b' },
      { kind: 'prompt-added', severity: 'notice' },
    ])
  })

  it('distinguishes front matter, body and files of a skill', async () => {
    const before = { 'skills/s/SKILL.md': '---\nname: s\n---\nBody', 'skills/s/a.py': '1', 'skills/s/old.py': 'x' }
    const after = { 'skills/s/SKILL.md': '---\nname: t\n---\nBody', 'skills/s/a.py': '2', 'skills/s/new.py': 'y' }
    const result = await diff(before, after)
    expect(result.changes.find(({ kind }) => kind === 'skill-changed')).toMatchObject({
      members: [{ member: ['name'], from: '"s"', to: '"t"' }],
      body: false,
      files: ['skills/s/a.py', 'skills/s/new.py', 'skills/s/old.py'],
    })
    expect(told(await diff(before, {}))).toContain('notice skill-removed')
    expect(told(await diff({ 'subagents/s/AGENTS.md': 'x' }, {}))).toEqual([
      'notice subagent-removed',
      'notice prompt-removed',
    ])
  })

  it('reports a moved file', async () => {
    const result = await diff({ 'skills/a/x.md': 'same' }, { 'skills/a/y.md': 'same' })
    expect(result.changes.at(-1)).toMatchObject({ kind: 'file-moved', from: 'skills/a/x.md', path: 'skills/a/y.md' })
    expect(told(result)).toEqual(['notice skill-changed', 'info file-moved'])
  })

  it('names settings and rates who may use or start the agent', async () => {
    const before = { 'config.json': { name: 'A', visibility_scope: 'user', deep: { list: [1], same: 1 } } }
    const after = { 'config.json': { name: 'B', visibility_scope: 'tenant', deep: { list: [2], same: 1 } } }
    const result = await diff(before, after)
    expect(result.changes).toMatchObject([
      { severity: 'notice', member: ['visibility_scope'], from: '"user"', to: '"tenant"' },
      { severity: 'info', member: ['name'] },
      { severity: 'info', member: ['deep', 'list'], from: '[1]', to: '[2]' },
    ])
  })

  it('reports every difference, even in formatting', async () => {
    const result = await diff({ 'config.json': '{"name":"A"}' }, { 'config.json': '{ "name": "A" }' })
    expect(result.changes).toMatchObject([{ kind: 'file-changed', path: 'config.json' }])
  })

  it('warns of a .env file', async () => {
    expect(told(await diff({}, { '.env': 'A=1' }))).toEqual(['warning file-added'])
  })
})
