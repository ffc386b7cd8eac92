import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bundleOf, toolsOf } from '../review/bundle-of.test.ts'
import { checkToolAuth } from './check-tool-auth.ts'
import { ToolAuthRequirements } from './requirement.ts'

const anyCharacter = fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point))
const tavily = { tool_name: 'tavily', auth_type: 'api_key', required_env_vars: ['TAVILY_API_KEY'] }
const calendar = { tool_name: 'calendar', auth_type: 'oauth', auth_provider: 'google', scopes: ['read', 'write'] }

const check = (requirements: object[], env: Record<string, string | undefined> = {}, oauth = {}) =>
  checkToolAuth(ToolAuthRequirements.parse(requirements), { env, oauth })

describe('checkToolAuth', () => {
  it('is ready when nothing is missing', async () => {
    const requirements = [tavily, calendar, { tool_name: 'clock', auth_type: 'none' }]
    const readiness = await check(requirements, { TAVILY_API_KEY: 'x' }, { google: ['read', 'write', 'more'] })
    expect(readiness).toMatchObject({ ready: true, exitCode: 0, summary: 'All 3 tools are ready' })
    expect(readiness.tools.map(({ status }) => status)).toEqual(['ready', 'ready', 'ready'])
  })

  it.each([undefined, '', ' ', '\t\n'])('counts the value %j as missing', async (value) => {
    const readiness = await check([tavily], { TAVILY_API_KEY: value })
    expect(readiness).toMatchObject({ ready: false, exitCode: 1 })
    expect(readiness.tools[0]).toMatchObject({ status: 'missing-variables', missingVariables: ['TAVILY_API_KEY'] })
    expect(readiness.summary).toBe('1 of 1 tools is not ready: tavily: missing TAVILY_API_KEY')
  })

  it('distinguishes missing providers from missing scopes', async () => {
    expect((await check([calendar])).tools[0]).toMatchObject({
      status: 'missing-provider',
      missingProviders: ['google'],
    })
    expect((await check([calendar], {}, { google: ['read', 'WRITE'] })).tools[0]).toMatchObject({
      status: 'missing-scopes',
      missingScopes: [{ provider: 'google', scopes: ['write'] }],
    })
    expect((await check([calendar], {}, { google: [] })).summary).toContain('google lacks the scopes read, write')
    expect((await check([calendar], {}, { google: true })).ready).toBe(true)
  })

  it('says which approvals have no effect', async () => {
    const tools: [string, string, string][] = [['clock', 'https://a.example', 'A']]
    const bundle = await bundleOf({
      'tools.json': toolsOf(tools, { clock: true }),
      'subagents/s/AGENTS.md': 'Tell the time.',
      'subagents/s/tools.json': toolsOf(tools, { 'https://a.example::clock::A': true }),
    })
    const requirements = ToolAuthRequirements.parse([{ tool_name: 'clock', auth_type: 'none' }])
    const readiness = await checkToolAuth(requirements, { env: {} }, bundle)
    expect(readiness).toMatchObject({ ready: true, exitCode: 0 })
    expect(readiness.tools[0]!.approvals).toMatchObject([
      { usedBy: 'subagents/s', effective: 'no', reason: { code: 'server-in-key' } },
    ])
    expect(readiness.summary).toBe('The tool is ready; set to ask first, but without effect: clock')
    expect(readiness.toTable()).toMatch(/^ready {2}clock {2}none {2}RUNS WITHOUT ASKING \(subagents\/s\): its key has/)
    expect((await checkToolAuth(requirements, { env: {} })).tools[0]!.approvals).toEqual([])
  })

  it('is never ready for an unknown type', async () => {
    const readiness = await check([{ tool_name: 'door', auth_type: 'magic\u001b[31m' }])
    expect(readiness.tools[0]).toMatchObject({ status: 'unknown-auth-type', authTypes: ['magic\u001b[31m'] })
    expect(readiness.summary).toContain('unknown auth type magic\\u{1b}[31m')
  })

  it.each(['PATH', 'Node_Options', 'LD_PRELOAD', 'A B'])('is never ready for a tool that asks for %s', async (name) => {
    const requirement = { tool_name: 'bad', auth_type: 'api_key', required_env_vars: [name] }
    const readiness = await check([requirement], { [name]: 'set' })
    expect(readiness.tools[0]).toMatchObject({ status: 'forbidden-variable', forbiddenVariables: [name] })
    expect(readiness.ready).toBe(false)
  })

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'does not find %s on a prototype',
    async (name) => {
      expect((await check([{ ...tavily, required_env_vars: [name] }])).tools[0]!.missingVariables).toEqual([name])
      expect((await check([{ ...calendar, auth_provider: name }])).tools[0]!.missingProviders).toEqual([name])
    },
  )

  it('combines requirements of one tool', async () => {
    const readiness = await check([tavily, { ...calendar, tool_name: 'tavily' }], { TAVILY_API_KEY: 'x' })
    expect(readiness.tools).toHaveLength(1)
    expect(readiness.tools[0]).toMatchObject({ status: 'missing-provider', authTypes: ['api_key', 'oauth'] })
    const twice = await check([calendar, { ...calendar, scopes: ['admin', 'read'] }], {}, { google: ['write'] })
    expect(twice.tools[0]!.missingScopes).toEqual([{ provider: 'google', scopes: ['read', 'admin'] }])
  })

  it('returns no values', async () => {
    const hexadecimal = fc.stringMatching(/^[0-9a-f]{12,40}$/)
    await fc.assert(
      fc.asyncProperty(hexadecimal, fc.constantFrom('PATH', 'TAVILY_API_KEY', 'A B'), async (value, name) => {
        const readiness = await check([tavily, { ...tavily, required_env_vars: [name] }, calendar], { [name]: value })
        expect(JSON.stringify(readiness) + readiness.toTable()).not.toContain(value)
      }),
    )
  })

  it('writes a printable summary and one line per tool', async () => {
    const name = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 300 })
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 20 }), async (names) => {
        const requirements = names.map((tool_name) => ({ ...tavily, tool_name, required_env_vars: [tool_name] }))
        const readiness = await check(requirements)
        expect(readiness.summary).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
        expect(readiness.summary.length).toBeLessThan(15_000)
        expect(readiness.toTable().split('\n')).toHaveLength(Math.max(1, readiness.tools.length))
      }),
    )
  })

  it('aligns a table', async () => {
    expect((await check([tavily, calendar], { TAVILY_API_KEY: 'x' })).toTable().split('\n')).toEqual([
      'ready      tavily    api_key',
      'NOT READY  calendar  oauth    not connected to google',
    ])
  })
})
