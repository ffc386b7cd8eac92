import { describe, expect, it } from 'vitest'
import { bundleOf, toolsOf, type Files } from '../bundle-of.test.ts'
import type { BundlePolicy } from './bundle-policy.ts'
import { checkPolicy } from './check-policy.ts'

const rulesOf = async (files: Files, policy: BundlePolicy) =>
  (await checkPolicy(await bundleOf(files), policy)).findings
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, path }) => `${rule} ${path}`)

type Place = readonly [name: string, path: string, write: (value: string) => string | object, also?: Files]
const agent = { 'config.json': { config: { configurable: { llm_model_config: { modelId: 'good' } } } } }
const subagent = 'subagents/a/AGENTS.md'
const prompt = 'Work.\n'.repeat(50_000)

// fleet-deepagents-export of 2026-07-16 (`builder.py`) and deepagents-talon of 2026-08-21 (`runtime.py`).
const modelPlaces: readonly Place[] = [
  ['config.json', 'config.json', (id) => ({ config: { configurable: { llm_model_config: { modelId: id } } } })],
  ['config.json, outside of config', 'config.json', (id) => ({ configurable: { llm_model_config: { modelId: id } } })],
  ['model of a subagent', subagent, (id) => `---\nmodel: ${id}\n---\nWork.`],
  ['model_id of a subagent', subagent, (id) => `---\nmodel_id: ${id}\n---\nWork.`],
  ['model_id in quotes', subagent, (id) => `---\nmodel_id: "'${id}'"\n---\nWork.`],
  ['model_id inside another member', subagent, (id) => `---\nmetadata:\n  model_id: ${id}\n---\nWork.`],
  ['model_id before a long prompt', subagent, (id) => `---\nmodel_id: ${id}\n---\n${prompt}`],
  ['model_id with CRLF', subagent, (id) => `---\r\nmodel_id: ${id}\r\n---\r\nWork.`],
]

const serverPlaces: readonly Place[] = [
  ['tools.json', 'tools.json', (url) => toolsOf([['t', url, 's']])],
  [
    'tools.json, second tool',
    'tools.json',
    (url) =>
      toolsOf([
        ['t', 'https://good.example', 's'],
        ['u', url, 's'],
      ]),
  ],
  ['tools.json of a subagent', 'subagents/a/tools.json', (url) => toolsOf([['t', url, 's']]), { [subagent]: 'Work.' }],
  ['tools.json of a subagent without AGENTS.md', 'subagents/a/tools.json', (url) => toolsOf([['t', url, 's']])],
  ['tools_url in config.json', 'config.json', (url) => ({ config: { configurable: { tools_url: url } } })],
  ['tools_url outside of config', 'config.json', (url) => ({ configurable: { tools_url: url } })],
]

const named = (places: readonly Place[]) => places.map(([name, path, write, also]) => ({ name, path, write, also }))

describe('checkPolicy, where a runtime reads a model', () => {
  it.each(named(modelPlaces))('checks $name', async ({ path, write }) => {
    const rules = async (id: string) => rulesOf({ ...agent, [path]: write(id) }, { models: ['good'] })
    expect(await rules('good')).toEqual([])
    expect(await rules('evil')).toEqual([`model-not-allowed ${path}`])
  })

  it('rejects front matter that is too long to find a model in', async () => {
    // The fence of the runtime may be indented by what is no space in YAML.
    const text = `---\u00a0\n${'a: b\n'.repeat(60_000)}model_id: evil\n---\nWork.`
    expect(await rulesOf({ ...agent, [subagent]: text }, { models: ['good'] })).toContain(
      `model-not-allowed ${subagent}`,
    )
  })

  it.each([
    ['a skill', { 'skills/a/SKILL.md': '---\nname: a\ndescription: b\nmodel: evil\nmodel_id: evil\n---\n' }],
    ['AGENTS.md of the agent', { 'AGENTS.md': '---\nmodel_id: evil\n---\nHi' }],
    ['the prompt of a subagent', { [subagent]: '---\ndescription: a\n---\nmodel_id: evil\n' }],
    ['triggers', { 'config.json': { ...agent['config.json'], triggers: [{ model: 'evil' }] } }],
  ] as const)('leaves out %s, where none does', async (_, files) => {
    expect(await rulesOf({ ...agent, ...files }, { models: ['good'] })).toEqual([])
  })
})

describe('checkPolicy, where a runtime reads a server', () => {
  it.each(named(serverPlaces))('checks $name', async ({ path, write, also }) => {
    const rules = async (host: string) =>
      rulesOf({ ...also, [path]: write(`https://${host}/mcp`) }, { mcpHosts: ['good.example'] })
    expect(await rules('good.example')).toEqual([])
    expect(await rules('evil.example')).toEqual([`mcp-host ${path}`])
  })

  it.each(['BUILTIN_MCP_URL', 'LANGSMITH_HOST_URL', 'HOST_LANGCHAIN_API_URL', 'OPENAI_BASE_URL'])(
    'checks %s in .env',
    async (variable) => {
      const files = { '.env': `${variable}=https://evil.example` }
      expect(await rulesOf(files, { envFiles: true })).toEqual(['variable-not-allowed .env'])
      expect(await rulesOf(files, { envFiles: true, variables: { allow: [variable] } })).toEqual([])
    },
  )

  it.each([
    ['a key of an interrupt', { 'tools.json': toolsOf([], { 'https://evil.example::t::s': true }) }],
    ['prose', { 'AGENTS.md': 'See https://evil.example', 'skills/a/SKILL.md': 'https://evil.example' }],
    [
      'folders inside a subagent',
      { [subagent]: 'Work.', 'subagents/a/b/tools.json': toolsOf([['t', 'https://evil.example']]) },
    ],
  ] as const)('leaves out %s, where none does', async (_, files) => {
    expect(await rulesOf(files, { mcpHosts: ['good.example'] })).toEqual([])
  })
})
