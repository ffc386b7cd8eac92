import { describe, expect, it } from 'vitest'
import { bundleOf, type Files } from '../bundle-of.test.ts'
import type { BundlePolicy } from './bundle-policy.ts'
import { checkPolicy } from './check-policy.ts'

const check = async (files: Files, policy: BundlePolicy = {}) => {
  const { findings } = await checkPolicy(await bundleOf(files), { envFiles: true, ...policy })
  return findings.filter(({ rule }) => rule === 'variable-not-allowed')
}

type Place = readonly [name: string, path: string, write: (variable: string) => string | object, line?: number]
const places: readonly Place[] = [
  ['.env', '.env', (variable) => `# one\n${variable}=1\n`, 2],
  ['.env with spaces and export', '.env', (variable) => `\n  export ${variable} = 1`, 2],
  ['.env with a mark', '.env', (variable) => `\ufeff${variable}=1`, 1],
  ['.env with carriage returns', '.env', (variable) => `# one\r${variable}=1\r`, 2],
  ['.env with a quoted name', '.env', (variable) => `'${variable}'='1'`, 1],
  ['.env with a colon', '.env', (variable) => `${variable}: 1`, 1],
  ['.env.production', 'skills/a/.env.production', (variable) => `${variable}=1`, 1],
  ['config.json', 'config.json', (variable) => ({ config: { mcp: [{ env: { [variable]: '1' } }] } })],
  ['tools.json', 'tools.json', (variable) => ({ tools: [{ name: 'a', env: { [variable]: '1' } }] })],
  ['servers in tools.json', 'tools.json', (variable) => ({ mcpServers: { a: { environment: [`${variable}=1`] } } })],
  ['a list in tools.json', 'tools.json', (variable) => ({ env_vars: [{ name: variable, value: '1' }] })],
  [
    'tools.json of a subagent',
    'subagents/a/tools.json',
    (variable) => ({ x: { environmentVariables: [{ key: variable }] } }),
  ],
  [
    'front matter of a subagent',
    'subagents/a/AGENTS.md',
    (variable) => `---\nmcp:\n  env:\n    ${variable}: 1\n---\nA`,
  ],
  ['front matter of a skill', 'skills/a/SKILL.md', (variable) => `---\nname: a\nenv: {${variable}: 1}\n---\nA`],
]

describe('checkVariables', () => {
  it.each(places.map(([name, path, write, line]) => ({ name, path, write, line })))(
    'checks the variables of $name',
    async ({ path, write, line }) => {
      const found = (variable: string, allow?: readonly string[]) =>
        check({ [path]: write(variable) }, allow && { variables: { allow } })
      const message = 'sets the variable "NODE_OPTIONS", which steers how programs run (interpreters)'
      expect(await found('NODE_OPTIONS')).toEqual([
        { severity: 'error', rule: 'variable-not-allowed', path, line, message },
      ])
      expect(await found('node_options')).toHaveLength(1)
      expect(await found('NODE_OPTIONS', ['*'])).toHaveLength(1)
      expect(await found('NODE_OPTIONS', ['NODE_*'])).toHaveLength(1)
      expect(await found('NODE_OPTIONS', ['NODE_OPTIONS'])).toEqual([])
      expect(await found('APP_MODE')).toEqual([])
      expect(await found('APP_MODE', ['APP_*'])).toEqual([])
      expect(await found('APP_MODE', ['B'])).toMatchObject([
        { message: 'sets the variable "APP_MODE", which is not allowed' },
      ])
    },
  )

  it.each([
    ['.env.example', { '.env.example': 'NODE_OPTIONS=' }],
    ['a remark', { '.env': '# NODE_OPTIONS=1\nA=PATH=1' }],
    ['a name without a value', { '.env': 'PATH\nexport PATH' }],
    ['other members', { 'config.json': { environments: { PATH: 1 }, NODE_OPTIONS: 1, env: 'PATH' } }],
    ['prose', { 'AGENTS.md': 'Set PATH=/bin\nenv: NODE_OPTIONS\n' }],
  ] as const)('reports nothing for %s', async (_, files) => expect(await check(files)).toEqual([]))

  it('finds a function of a shell, whose name is no identifier', async () => {
    expect(await check({ '.env': 'BASH_FUNC_ls%%=() { id; }' })).toHaveLength(1)
  })

  it('cuts a name at =, as a process does', async () => {
    const env = { 'PATH=/tmp': 'x', 'NODE_OPTIONS=--require /tmp/A_TOKEN': 'x', 'APP_TOKEN=PATH': 'x' }
    const found = await check({ 'config.json': { env } })
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining('(shells and search paths)'),
      expect.stringContaining('(interpreters)'),
    ])
  })

  it('bounds findings and says how many more there are', async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => `LD_${index}=1`)
    const found = await check({ '.env': lines.join('\n') })
    expect(found).toHaveLength(21)
    expect(found.at(-1)!.message).toBe('sets 4980 more variables that are not allowed')
  })

  it('rejects a file of variables that is too long to check', async () => {
    expect(await check({ '.env': '#'.repeat(1024 * 1024 + 1) })).toMatchObject([
      { message: 'its variables cannot be checked: it is longer than 1048576 bytes' },
    ])
  })

  it('walks a document of any depth', async () => {
    const deep = `{"a":${'['.repeat(50_000)}{"env":{"PATH":1}}${']'.repeat(50_000)}}`
    expect(await check({ 'tools.json': deep })).toHaveLength(1)
  })
})
