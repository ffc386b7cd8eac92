import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toEnvExample } from './env-example.ts'
import { judgeVariable } from '../variables/judge-variable.ts'
import { ToolAuthRequirements } from './requirement.ts'

const anyCharacter = fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point))
const apiKey = (tool_name: string, ...required_env_vars: string[]) => ({
  tool_name,
  auth_type: 'api_key',
  required_env_vars,
})

describe('toEnvExample', () => {
  it('writes sorted names without values', () => {
    const requirements = ToolAuthRequirements.parse([
      apiKey('search', 'TAVILY_API_KEY', 'ACME_KEY'),
      apiKey('news', 'TAVILY_API_KEY', 'LD_PRELOAD'),
      apiKey('odd', 'A\nPATH=/tmp'),
      { tool_name: 'calendar', auth_type: 'oauth', auth_provider: 'google', scopes: ['calendar.readonly'] },
      { tool_name: 'door', auth_type: 'magic' },
      { tool_name: 'clock', auth_type: 'none' },
    ])
    expect(toEnvExample(requirements))
      .toBe(`# Variables for the tools of this agent. Fill in the values, and keep the file out of version control.

# For search
ACME_KEY=

# For news, search
TAVILY_API_KEY=

# Left out: A\\nPATH=/tmp (it is not a plain name); for odd

# Left out: LD_PRELOAD (it controls a process); for news

# OAuth: connect google, scopes calendar.readonly; for calendar
# Unknown auth type magic; for door
`)
  })

  it('contains only comments and usable names', () => {
    const text = fc.oneof(
      fc.string({ unit: anyCharacter, minLength: 1 }),
      fc.constantFrom('PATH', 'A=1', 'x\nPATH=/tmp', 'x\r\nLD_PRELOAD=y', 'x\u2028EVIL=1', 'x\u0085EVIL=1', 'GOOD_KEY'),
    )
    const requirement = fc.oneof(
      fc.record({ tool_name: text, auth_type: fc.constant('api_key'), required_env_vars: fc.array(text) }),
      fc.record({ tool_name: text, auth_type: fc.constant('oauth'), auth_provider: text, scopes: fc.array(text) }),
      fc.record({ tool_name: text, auth_type: text }),
    )
    fc.assert(
      fc.property(fc.array(requirement), (requirements) => {
        const valid = requirements.filter((each) => ToolAuthRequirements.safeParse([each]).success)
        const lines = toEnvExample(ToolAuthRequirements.parse(valid)).split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
        for (const line of lines) {
          if (line === '' || line.startsWith('#')) continue
          expect(line).toMatch(/^[A-Za-z_][A-Za-z0-9_]*=$/)
          expect(judgeVariable(line.slice(0, -1))).toBe('usable')
        }
      }),
    )
  })
})
