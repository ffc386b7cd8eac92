import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { ToolAuthRequirements } from './requirement.ts'

describe('ToolAuthRequirements', () => {
  it('reads the documented example with unknown members', () => {
    const documented = [
      { tool_name: 'tavily_web_search', auth_type: 'api_key', required_env_vars: ['TAVILY_API_KEY'], note: 'kept' },
      { tool_name: 'google_calendar', auth_type: 'oauth', auth_provider: 'google', scopes: ['calendar.readonly'] },
      { tool_name: 'clock', auth_type: 'none' },
    ]
    expect(ToolAuthRequirements.parse(documented)).toEqual(documented)
  })

  it('moves an unknown type aside and reads its own result', () => {
    const read = ToolAuthRequirements.parse([{ tool_name: 'door', auth_type: 'magic_link', channel: 'mail' }])
    expect(read).toEqual([
      { tool_name: 'door', auth_type: 'unknown', declared_auth_type: 'magic_link', channel: 'mail' },
    ])
    expect(ToolAuthRequirements.parse(read)).toEqual(read)
  })

  it('does not let a requirement declare another type', () => {
    const [read] = ToolAuthRequirements.parse([{ tool_name: 'door', auth_type: 'magic', declared_auth_type: 'none' }])
    expect(read).toMatchObject({ auth_type: 'unknown', declared_auth_type: 'magic' })
  })

  it.each(['constructor', 'toString', '__proto__', ''])('reads %j as an unknown type', (auth_type) => {
    expect(ToolAuthRequirements.parse([{ tool_name: 'door', auth_type }])).toMatchObject([{ auth_type: 'unknown' }])
  })

  it.each([
    [{ tool_name: 'a', auth_type: 'api_key' }, 'api_key'],
    [{ tool_name: 'a', auth_type: 'api_key', required_env_vars: null }, 'api_key'],
    [{ tool_name: 'a', auth_type: 'oauth', scopes: [] }, 'oauth'],
    [{ tool_name: 'a', auth_type: null }, ''],
    [{ tool_name: 'a' }, ''],
  ])('reads %j as unknown: it does not say what the tool needs', (requirement, declared) => {
    const read = ToolAuthRequirements.parse([requirement])
    expect(read).toMatchObject([{ auth_type: 'unknown', declared_auth_type: declared }])
    expect(ToolAuthRequirements.parse(read)).toEqual(read)
  })

  it('reads a requirement that names no tool', () => {
    const read = ToolAuthRequirements.parse([{ auth_type: 'api_key', required_env_vars: ['KEY'] }])
    expect(read).toEqual([{ tool_name: '', auth_type: 'api_key', required_env_vars: ['KEY'] }])
    expect(ToolAuthRequirements.parse(read)).toEqual(read)
  })

  it('reads OAuth without scopes', () => {
    const requirement = { tool_name: 'mail', auth_type: 'oauth', auth_provider: 'google', scopes: null }
    expect(ToolAuthRequirements.parse([requirement])).toMatchObject([{ scopes: [] }])
  })

  it('reads at most 1,000 and stops after the first errors', () => {
    const clocks = (count: number) => Array.from({ length: count }, () => ({ tool_name: 'clock', auth_type: 'none' }))
    expect(ToolAuthRequirements.parse(clocks(1_000))).toHaveLength(1_000)
    expect(ToolAuthRequirements.safeParse(clocks(1_001)).success).toBe(false)
    const many = Array.from({ length: 300_000 }, () => 1)
    const variables = { tool_name: 'a', auth_type: 'api_key', required_env_vars: many }
    for (const wrong of [many, [variables], [...clocks(900), ...many.slice(0, 100)]]) {
      const result = ToolAuthRequirements.safeParse(wrong)
      expect(result.success).toBe(false)
      expect(result.error!.issues.length).toBeLessThanOrEqual(10)
    }
  })

  it.each([
    [{ tool_name: 'a', auth_type: 'api_key', required_env_vars: 'KEY' }, '0.required_env_vars'],
    [{ tool_name: 'a', auth_type: 'oauth', auth_provider: '' }, '0.auth_provider'],
    [{ tool_name: 'a', auth_type: 'oauth', auth_provider: 7 }, '0.auth_provider'],
    [{ tool_name: 'a', auth_type: 7 }, '0.auth_type'],
    [{ tool_name: 7, auth_type: 'none' }, '0.tool_name'],
    [null, '0'],
    ['none', '0'],
  ])('rejects %j and names the place', (requirement, place) => {
    const result = ToolAuthRequirements.safeParse([requirement])
    expect(result.success).toBe(false)
    expect(result.error!.issues.map(({ path }) => path.join('.'))).toContain(place)
    expect(z.prettifyError(result.error!)).not.toContain('undefined:')
  })
})
