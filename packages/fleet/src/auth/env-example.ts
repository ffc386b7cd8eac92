import { judgeVariable, type VariableRules, type VariableVerdict } from '../variables/judge-variable.ts'
import type { ToolAuthRequirement } from './requirement.ts'
import { showName } from './tool-readiness.ts'

const header = `# Variables for the tools of this agent. Fill in the values, and keep the file out of version control.`

const reasons: Readonly<Record<VariableVerdict, string>> = {
  usable: '',
  invalid: 'it is not a plain name',
  forbidden: 'it controls a process',
  unlisted: 'it is not allowed',
}

/**
 * Writes a `.env.example`: sorted variables without values, each under a comment that names its tools. OAuth providers,
 * unknown auth types and forbidden names appear in comments only.
 *
 * @param rules which variables a tool may ask for, as in a policy
 * @example
 * await writeFile('.env.example', toEnvExample(data.toolAuth))
 */
export function toEnvExample(requirements: readonly ToolAuthRequirement[], rules?: VariableRules): string {
  const variables = new Map<string, Set<string>>()
  const refused = new Map<string, Set<string>>()
  const remarks = new Set<string>()
  for (const requirement of requirements) {
    const tool = requirement.tool_name
    if (requirement.auth_type === 'none') continue
    if (requirement.auth_type === 'api_key') {
      for (const name of requirement.required_env_vars)
        add(judgeVariable(name, rules) === 'usable' ? variables : refused, name, tool)
    } else if (requirement.auth_type === 'oauth') {
      const scopes = requirement.scopes.map(showName).join(', ') || 'none'
      remarks.add(`# OAuth: connect ${showName(requirement.auth_provider)}, scopes ${scopes}; for ${showName(tool)}`)
    } else remarks.add(`# Unknown auth type ${showName(requirement.declared_auth_type)}; for ${showName(tool)}`)
  }

  const blocks = [header]
  for (const [name, tools] of sorted(variables)) blocks.push(`# For ${showTools(tools)}\n${name}=`)
  for (const [name, tools] of sorted(refused)) {
    blocks.push(`# Left out: ${showName(name)} (${reasons[judgeVariable(name, rules)]}); for ${showTools(tools)}`)
  }
  if (remarks.size > 0) blocks.push([...remarks].toSorted().join('\n'))
  return `${blocks.join('\n\n')}\n`
}

function add(map: Map<string, Set<string>>, name: string, tool: string): void {
  map.set(name, (map.get(name) ?? new Set()).add(tool))
}

function sorted(map: Map<string, Set<string>>): [string, Set<string>][] {
  return [...map].toSorted(([left], [right]) => (left < right ? -1 : 1))
}

function showTools(tools: Iterable<string>): string {
  return [...tools].map(showName).toSorted().join(', ')
}
