import fc from 'fast-check'
import { SallyportError } from 'sallyport'
import { describe, expect, it } from 'vitest'
import { bundleOf, toolsOf, type Files } from '../bundle-of.test.ts'
import { randomSecrets } from '../secrets/random-secret.test.ts'
import { definePolicy, type BundlePolicy } from './bundle-policy.ts'
import { checkPolicy } from './check-policy.ts'

const check = async (files: Files, policy: BundlePolicy = {}) => checkPolicy(await bundleOf(files), policy)
const rulesOf = async (files: Files, policy: BundlePolicy = {}) =>
  (await check(files, policy)).findings.map(({ rule, path }) => `${rule} ${path}`)

const server = 'https://mcp.example.com/mcp'

describe('checkPolicy', () => {
  it('accepts a plain bundle', async () => {
    const report = await check(
      { 'tools.json': toolsOf([['search', server], ['clock']]) },
      { mcpHosts: ['mcp.example.com'] },
    )
    expect(report).toMatchObject({ ok: true, findings: [], exitCode: 0 })
    expect(report.toText()).toBe('The bundle meets the policy')
  })

  it('requires HTTPS by default', async () => {
    const files = { 'tools.json': toolsOf([['search', 'http://mcp.example.com']]) }
    expect(await rulesOf(files)).toEqual(['mcp-https tools.json'])
    expect(await rulesOf(files, { httpsOnly: false })).toEqual([])
  })

  it('checks servers of subagents and of built-in tools', async () => {
    const files = {
      'config.json': { config: { configurable: { tools_url: 'https://other.example' } } },
      'tools.json': toolsOf([['search', server]]),
      'subagents/research/AGENTS.md': 'Research.',
      'subagents/research/tools.json': toolsOf([['fetch', 'https://evil.example/']]),
    }
    const report = await check(files, { mcpHosts: ['*.example.com'] })
    expect(report.findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      'mcp-host subagents/research/tools.json',
      'mcp-host config.json',
    ])
    expect(report.findings[0]!.message).toContain('"evil.example"')
    expect(report.findings[0]!.message).toContain('subagents/research')
    expect(report.exitCode).toBe(1)
  })

  it('reports URLs that hide their host under any policy', async () => {
    const urls = [
      'https://good.example@evil.example',
      String.raw`https://a.example\@b.example`,
      'nonsense',
      'stdio:server',
    ]
    for (const url of urls) {
      expect(await rulesOf({ 'tools.json': toolsOf([['search', url]]) }, { httpsOnly: false })).toEqual([
        'mcp-url tools.json',
      ])
    }
  })

  it('allows no host by an empty list', async () => {
    expect(await rulesOf({ 'tools.json': toolsOf([['search', server]]) }, { mcpHosts: [] })).toEqual([
      'mcp-host tools.json',
    ])
  })

  it('never shows the path of a server', async () => {
    const files = { 'tools.json': toolsOf([['search', 'http://u:p4ss@evil.example/hidden-part?key=hidden-key']]) }
    const report = await check(files, { mcpHosts: [] })
    expect(report.findings).toHaveLength(3)
    expect(JSON.stringify(report) + report.toText()).not.toMatch(/hidden-|p4ss/)
  })

  describe('keepInterrupts', () => {
    const key = `${server}::send::Mail`
    const errorsOf = async (files: Files, policy: BundlePolicy) =>
      (await check(files, policy)).findings
        .filter(({ severity }) => severity === 'error')
        .map(({ rule, path }) => `${rule} ${path}`)
    const tools: [string, string, string][] = [['send', server, 'Mail']]
    it.each([
      ['kept', { [key]: true }, []],
      ['kept for a URL that ends in a slash', { [`${server}/::send::Mail`]: true }, []],
      ['switched off', { [key]: false }, ['interrupt-required tools.json']],
      ['absent', {}, ['interrupt-required tools.json']],
      ['for another server', { 'https://other.example::send::Mail': true }, ['interrupt-required tools.json']],
      ['for another server name', { [`${server}::send::Other`]: true }, ['interrupt-required tools.json']],
      ['by name', { send: true }, []],
      ['by name, with decisions', { send: { allowed_decisions: ['approve', 'reject'] } }, []],
      ['by name, without decisions', { send: {} }, ['interrupt-required tools.json']],
      ['null', { send: null }, ['interrupt-required tools.json']],
      ['off by name', { send: false }, ['interrupt-required tools.json']],
      ['off by name but on by server', { send: false, [key]: true }, ['interrupt-required tools.json']],
      ['on by name but off by server', { send: true, [key]: false }, ['interrupt-required tools.json']],
      ['contradicted', { [key]: true, 'https://other.example::send::X': false }, ['interrupt-required tools.json']],
    ] as const)('%s', async (_, interrupts, expected) => {
      const files = { 'tools.json': toolsOf(tools, interrupts) }
      for (const entry of ['send', 'se*', { tool: 'send' }, { tool: '*', server: 'mcp.example.com' }]) {
        expect(await errorsOf(files, { keepInterrupts: [entry] })).toEqual(expected)
      }
      expect(
        await errorsOf(files, { keepInterrupts: ['other', { tool: 'send', server: 'elsewhere.example' }] }),
      ).toEqual([])
    })

    it('applies to subagents', async () => {
      const files = {
        'tools.json': toolsOf(tools, { [key]: true }),
        'subagents/mailer/AGENTS.md': 'Mail.',
        'subagents/mailer/tools.json': toolsOf(tools),
      }
      expect(await errorsOf(files, { keepInterrupts: ['send'] })).toEqual([
        'interrupt-required subagents/mailer/tools.json',
      ])
    })

    it.each([
      ['by name', { send: true }, []],
      ['by name, against another entry', { send: true, 'https://x.example::send::X': false }, []],
      ['as Fleet exports it', { [key]: true }, ['interrupt-without-effect']],
      ['with a condition', { send: { allowed_decisions: ['approve'], when: 1 } }, ['interrupt-without-effect']],
      ['off', { [key]: false }, []],
    ] as const)('warns of an interrupt without effect: %s', async (_, interrupts, expected) => {
      const files = { 'tools.json': toolsOf(tools, interrupts) }
      const rules = async (policy: BundlePolicy, severity: string) =>
        (await check(files, policy)).findings.filter((one) => one.severity === severity).map(({ rule }) => rule)
      expect(await rules({}, 'warning')).toEqual(expected)
      expect(await rules({ effectiveInterrupts: 'warn' }, 'warning')).toEqual(expected)
      expect(await rules({ effectiveInterrupts: true }, 'error')).toEqual(expected)
      expect(await rules({ effectiveInterrupts: false }, 'warning')).toEqual([])
    })

    it('says why an interrupt has no effect', async () => {
      const files = {
        'tools.json': toolsOf([]),
        'subagents/mailer/AGENTS.md': 'Mail.',
        'subagents/mailer/tools.json': toolsOf(tools, { [key]: true }),
      }
      const { findings } = await check(files, { keepInterrupts: ['send'], effectiveInterrupts: true })
      expect(findings).toMatchObject([
        {
          path: 'subagents/mailer/tools.json',
          message:
            'the tool "send" is set to ask before it runs, but runs without asking: its key has the server in it, but the runtime compares the name of the tool only',
        },
      ])
    })
  })

  it.each([
    '\n---\nmodel: cheap\n---\n',
    '\u0085---\nmodel: cheap\n---\n',
    '---\n\n---\nmodel: cheap\n---\n',
    '---\n---\nmodel: cheap\n---\n',
    '\ufeff\ufeff---\nmodel: cheap\n---\n',
    '----\nmodel: cheap\n----\n',
    '---yaml\nmodel: cheap\n---\n',
    '---\nmodel: cheap\n...\n',
    '---\u00a0\nmodel: cheap\n---\n',
  ])('rejects possible front matter without a model: %j', async (text) => {
    expect(await rulesOf({ 'subagents/a/AGENTS.md': text }, { models: ['a*'] })).toContain(
      'model-not-allowed subagents/a/AGENTS.md',
    )
    expect(await rulesOf({ 'subagents/a/AGENTS.md': `Hi\n${text}` }, { models: ['a*'] })).toEqual([
      'model-missing config.json',
    ])
  })

  it('allows models by name or wildcard, warns if there is none', async () => {
    const named = {
      'config.json': { config: { configurable: { llm_model_config: { modelId: 'anthropic:claude-x' } } } },
    }
    expect(await rulesOf(named, { models: ['anthropic:*'] })).toEqual([])
    expect(await rulesOf(named, { models: ['openai:*'] })).toEqual(['model-not-allowed config.json'])
    expect(await check({}, { models: ['openai:*'] })).toMatchObject({ ok: true, findings: [{ rule: 'model-missing' }] })
    const subagent = { ...named, 'subagents/a/AGENTS.md': '---\nmodel: cheap\n---\nHi' }
    expect(await rulesOf(subagent, { models: ['anthropic:*'] })).toEqual(['model-not-allowed subagents/a/AGENTS.md'])
    for (const other of ['[cheap]', '{id: cheap}', '1'])
      expect(
        await rulesOf({ ...named, 'subagents/a/AGENTS.md': `---\nmodel: ${other}\n---\n` }, { models: ['a*'] }),
      ).toEqual(['model-not-allowed subagents/a/AGENTS.md'])
    const twice = { 'config.json': { ...named['config.json'], configurable: { llm_model_config: { modelId: 'x' } } } }
    expect(await rulesOf(twice, { models: ['anthropic:*'] })).toEqual(['model-not-allowed config.json'])
  })

  it('limits sizes and numbers', async () => {
    const files = { 'data.bin': new Uint8Array(1_000) }
    expect(await rulesOf(files, { maxFileBytes: 999, maxTotalBytes: 1_000, maxFiles: 3 })).toEqual([
      'too-many-files ',
      'bundle-too-large ',
      'file-too-large data.bin',
    ])
    expect(await rulesOf(files, { maxFileBytes: 1_000, maxTotalBytes: 2_000, maxFiles: 4 })).toEqual([])
  })

  it.each([
    'Tools.json',
    'CONFIG.json',
    'Subagents/a/AGENTS.md',
    'subagents/a/agents.md',
    'subagents/a/TOOLS.JSON',
    'skills/a/skill.md',
    'Skills/a/b/SKILL.md',
  ])('rejects %s, which some file systems fold to a runtime path', async (path) => {
    expect(await rulesOf({ [path]: '{}' })).toEqual([`name-case ${path}`])
    expect(await rulesOf({ [`docs/${path}`]: '{}' })).toEqual([])
  })

  it.each(['model_id: evil', 'metadata:\n  model_id: "evil"'])('finds the model of a subagent in %j', async (yaml) => {
    const path = 'subagents/a/AGENTS.md'
    const rules = await rulesOf({ [path]: `---\n${yaml}\n---\nA` }, { models: ['good'] })
    expect(rules).toContain(`model-not-allowed ${path}`)
  })

  it.each([
    '.env',
    '.ENV',
    '.env.local',
    '.env.production',
    '.env.production.local',
    'prod.env',
    '.envrc',
    'skills/a/.env',
    'skills/a/.Env.Staging',
    'config/staging.env',
  ])('rejects %s, a file of variables', async (path) => {
    expect(await rulesOf({ [path]: 'A=1' })).toEqual([`env-file ${path}`])
    expect(await rulesOf({ [path]: 'A=1' }, { envFiles: true })).toEqual([])
  })

  it.each([
    '.env.example',
    'skills/a/.env.sample',
    '.env.template',
    '.env.dist',
    'example.env',
    'environment.md',
    '.environment',
  ])('accepts %s, which is no file of variables', async (path) => expect(await rulesOf({ [path]: 'A=' })).toEqual([]))

  it.each([
    [{ mcpHost: ['a.example'] }, 'policy: '],
    [{ mcpHosts: ['https://a.example'] }, 'policy.mcpHosts.0: '],
    [{ maxFiles: -1 }, 'policy.maxFiles: '],
    [{ secrets: 'off' }, 'policy.secrets: '],
    [{ keepInterrupts: [{ tool: 'a', host: 'b' }] }, 'policy.keepInterrupts.0'],
    [null, 'policy: '],
  ])('rejects the policy %j', (policy, message) => {
    try {
      definePolicy(policy as never)
      expect.unreachable()
    } catch (error) {
      expect(SallyportError.is(error) && error.code).toBe('OPTION_INVALID')
      expect((error as Error).message).toContain(message)
    }
  })
})

describe('checkPolicy: secrets', () => {
  const [key] = fc.sample(randomSecrets['GitHub token']!, { numRuns: 1, seed: 7 })
  const files = { 'skills/a/notes.md': `one\ntwo\ntoken is ${key!.text}\n` }

  it('are reported with kind, place and at most four characters', async () => {
    const report = await check(files)
    expect(report.findings).toEqual([
      {
        severity: 'error',
        rule: 'secret',
        path: 'skills/a/notes.md',
        line: 3,
        message: 'looks like a secret: GitHub token, beginning with "ghp_"',
      },
    ])
    expect(report.toText()).toContain('skills/a/notes.md:3')
  })

  it('are warnings or ignored as configured', async () => {
    expect(await check(files, { secrets: 'warn' })).toMatchObject({ ok: true, findings: [{ severity: 'warning' }] })
    expect(await check(files, { secrets: false })).toMatchObject({ ok: true, findings: [] })
  })

  it('are found in UTF-16 and in binary files', async () => {
    const utf16 = Buffer.from(`\ufeff${key!.text}`, 'utf16le')
    expect(await rulesOf({ 'a.txt': utf16, 'b.bin': Buffer.from(`\0${key!.text}`) })).toEqual([
      'secret a.txt',
      'secret b.bin',
    ])
    expect(await rulesOf({ 'a.txt': Buffer.from(utf16).swap16() })).toEqual(['secret a.txt'])
  })

  it('are listed with certain ones first', async () => {
    const doubtful = fc.sample(randomSecrets['value that looks like a secret']!, { numRuns: 30, seed: 1 })
    const report = await check({ 'a.txt': [...doubtful, key!].map(({ text }) => text).join('\n') })
    expect(report.findings[0]).toMatchObject({ severity: 'error', line: 31 })
    expect(report.findings.at(-1)!.message).toBe('11 more in this file look like secrets')
  })

  it('are an error if the search is incomplete', async () => {
    const report = await check({ 'a.txt': 'word '.repeat(1_000_000) })
    expect(report).toMatchObject({ ok: false, findings: [{ rule: 'secret-scan-incomplete', path: 'a.txt' }] })
  })

  it('never appear in a report', async () => {
    const kind = fc.constantFrom(...Object.keys(randomSecrets).filter((each) => each !== 'private key'))
    await fc.assert(
      fc.asyncProperty(
        kind.chain((each) => randomSecrets[each]!),
        async ({ text, secret }) => {
          const report = await check(
            {
              [`skills/a/${text.replaceAll(/[/:"\s?]+/g, '-')}.md`]: text,
              'config.json': { config: { configurable: { llm_model_config: { modelId: text } } } },
              'tools.json': toolsOf([[text, `http://${'h'.repeat(5)}.example/${text}`, text]]),
            },
            { mcpHosts: [], models: ['none'], keepInterrupts: ['*'], maxFileBytes: 1 },
          )
          expect(report.ok).toBe(false)
          const shown = (JSON.stringify(report) + report.toText()).split(secret).length - 1
          // A file's name loses the context that some shapes need.
          if (text.startsWith(secret.slice(0, 4))) expect(shown).toBe(0)
          expect(
            report.findings
              .filter(({ path }) => !path.startsWith('skills/'))
              .map(({ message }) => message)
              .join(),
          ).not.toContain(secret)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('counts findings beyond a thousand, and stays not ok', async () => {
    const tools = Array.from({ length: 9_000 }, (_, index): [string, string] => [
      `t${index}`,
      `http://h${index}.example`,
    ])
    const report = await check({ 'tools.json': toolsOf(tools) }, { keepInterrupts: ['*'] })
    expect(report).toMatchObject({ ok: false, exitCode: 1, omitted: 17_000 })
    expect(report.findings).toHaveLength(1_000)
    expect(report.toText()).toMatch(/\nand 17000 more$/)
  })

  it('keeps every error before the first warning', async () => {
    const exported = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, index) => [`https://a.example::t${index}::A`, true]),
    )
    const tools = Array.from({ length: 3_000 }, (_, index): [string, string, string] => [
      `t${index}`,
      'https://a.example',
      'A',
    ])
    const report = await check({ 'tools.json': toolsOf(tools, exported), '.env': 'A=1' })
    expect(report).toMatchObject({ ok: false, omitted: 2_001 })
    expect(report.findings[0]).toMatchObject({ severity: 'error', rule: 'env-file' })
  })

  it('reports a URL that is longer than servers accept', async () => {
    const tools = toolsOf([['search', `https://a.example/${'a'.repeat(8_192)}`]])
    expect(await rulesOf({ 'tools.json': tools })).toEqual(['mcp-url tools.json'])
  })

  it('reports white space too long to look behind', async () => {
    const prompt = (spaces: number) => ({ 'subagents/s/AGENTS.md': `${' '.repeat(spaces)}\n---\nmodel: x\n---\n` })
    const model = { config: { configurable: { llm_model_config: { modelId: 'a' } } } }
    for (const spaces of [1, 5_000]) {
      expect(await rulesOf({ 'config.json': model, ...prompt(spaces) }, { models: ['a'] })).toEqual([
        'model-not-allowed subagents/s/AGENTS.md',
      ])
    }
  })
})
