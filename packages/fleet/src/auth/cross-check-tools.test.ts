import { describe, expect, it } from 'vitest'
import type { ToolsConfig } from '../bundle/agent-bundle.ts'
import { crossCheckTools } from './cross-check-tools.ts'
import { ToolAuthRequirements } from './requirement.ts'

const toolsOf = (...names: string[]): ToolsConfig => ({
  tools: names.map((name) => ({ name })),
  interrupts: [],
  raw: {},
})
const subagent = (name: string, ...tools: string[]) => ({ name, frontMatter: {}, prompt: '', tools: toolsOf(...tools) })
const needs = (...names: string[]) =>
  ToolAuthRequirements.parse(names.map((tool_name) => ({ tool_name, auth_type: 'none' })))

describe('crossCheckTools', () => {
  it('accepts tools that all have a requirement', async () => {
    const bundle = { tools: toolsOf('search'), subagents: [subagent('research', 'search', 'mail')] }
    expect(await crossCheckTools(bundle, needs('mail', 'search'))).toEqual({
      ok: true,
      withoutRequirement: [],
      unused: [],
      summary: 'Tools and requirements agree',
    })
  })

  it('names tools without requirement and unused requirements', async () => {
    const bundle = { tools: toolsOf('search', 'mail'), subagents: [subagent('research', 'mail'), subagent('idle')] }
    const result = await crossCheckTools(bundle, needs('search', 'calendar', 'MAIL'))
    expect(result).toMatchObject({
      ok: false,
      withoutRequirement: [{ tool: 'mail', usedBy: ['agent', 'subagents/research'] }],
      unused: ['calendar', 'MAIL'],
    })
    expect(result.summary).toBe(
      'used without a requirement: mail (agent, subagents/research); required but not used: calendar, MAIL',
    )
  })

  it('handles names of built-in members', async () => {
    const bundle = {
      tools: toolsOf('__proto__', 'constructor'),
      subagents: [{ name: 'x', frontMatter: {}, prompt: '' }],
    }
    expect((await crossCheckTools(bundle, needs('toString'))).withoutRequirement).toHaveLength(2)
  })
})
