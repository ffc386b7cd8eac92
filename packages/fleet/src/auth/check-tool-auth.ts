import { allow, checkOptions, type OptionRules } from 'sallyport/provider'
import type { AgentBundle } from '../bundle/agent-bundle.ts'
import { judgeVariable, type VariableRules } from '../variables/judge-variable.ts'
import type { ToolAuthRequirement } from './requirement.ts'
import { findApprovals } from './find-approvals.ts'
import { summarize, toTable, type ToolApproval, type ToolAuthStatus, type ToolReadiness } from './tool-readiness.ts'

/** The credentials of a deployment environment. */
export interface AvailableAuth {
  /** Variables, as `process.env`. Only presence is checked; a blank value counts as missing. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Scopes granted by each OAuth provider; `true` means all scopes. @default {} */
  readonly oauth?: Readonly<Record<string, readonly string[] | true>> | undefined
  /** Which variables a tool may ask for, as in a policy. @default all that steer no process */
  readonly variables?: VariableRules | undefined
}

const rules: OptionRules<AvailableAuth> = {
  env: allow.required(allow.record),
  oauth: allow.record,
  variables: allow.record,
}

/** The answer of `checkToolAuth`; plain data but for `toTable`. */
export interface ToolAuthReadiness {
  /** Whether every tool is ready. */
  readonly ready: boolean
  /** In the order of the requirements. */
  readonly tools: readonly ToolReadiness[]
  /** One line of printable text: names, never values. */
  readonly summary: string
  /** 0 when ready. */
  readonly exitCode: 0 | 1
  /** One line per tool, aligned. */
  readonly toTable: () => string
}

/**
 * Checks whether an agent's tools find the variables and scopes they need. The result never contains values. Works in
 * slices, as reading does.
 *
 * @param bundle with it, each tool also says where it is set to ask a person first but the runtime does not ask
 * @example
 * const auth = { env: process.env, oauth: { google: ['calendar.readonly'] } }
 * const readiness = await checkToolAuth(data.toolAuth, auth, data.bundle)
 * if (!readiness.ready) throw new RejectError(readiness.summary)
 */
export async function checkToolAuth(
  requirements: readonly ToolAuthRequirement[],
  available: AvailableAuth,
  bundle?: AgentBundle,
): Promise<ToolAuthReadiness> {
  checkOptions('checkToolAuth', available, rules)
  const approvals = bundle === undefined ? new Map<string, ToolApproval[]>() : await findApprovals(bundle)
  const byTool = Map.groupBy(requirements, (requirement) => requirement.tool_name)
  const tools = [...byTool].map(([tool, ofTool]) => {
    return { ...checkTool(tool, ofTool, available), approvals: approvals.get(tool) ?? [] }
  })
  const ready = tools.every(({ status }) => status === 'ready')
  return { ready, tools, summary: summarize(tools), exitCode: ready ? 0 : 1, toTable: () => toTable(tools) }
}

function checkTool(
  tool: string,
  requirements: readonly ToolAuthRequirement[],
  available: AvailableAuth,
): Omit<ToolReadiness, 'approvals'> {
  const missingVariables = new Set<string>()
  const forbiddenVariables = new Set<string>()
  const missingProviders = new Set<string>()
  const missingScopes = new Map<string, Set<string>>()
  const unknownAuthTypes = new Set<string>()

  for (const requirement of requirements) {
    if (requirement.auth_type === 'none') continue
    if (requirement.auth_type === 'api_key') {
      for (const name of requirement.required_env_vars) {
        if (judgeVariable(name, available.variables) !== 'usable') forbiddenVariables.add(name)
        else if (!isSet(available.env, name)) missingVariables.add(name)
      }
    } else if (requirement.auth_type === 'oauth') {
      const provider = requirement.auth_provider
      const granted = ownValue(available.oauth ?? {}, provider)
      if (granted === undefined) missingProviders.add(provider)
      else if (granted !== true) {
        const missing = requirement.scopes.filter((scope) => !granted.includes(scope))
        if (missing.length > 0) {
          missingScopes.set(provider, new Set([...(missingScopes.get(provider) ?? []), ...missing]))
        }
      }
    } else unknownAuthTypes.add(requirement.declared_auth_type)
  }

  const status: ToolAuthStatus =
    (forbiddenVariables.size > 0 && 'forbidden-variable') ||
    (unknownAuthTypes.size > 0 && 'unknown-auth-type') ||
    (missingVariables.size > 0 && 'missing-variables') ||
    (missingProviders.size > 0 && 'missing-provider') ||
    (missingScopes.size > 0 && 'missing-scopes') ||
    'ready'
  return {
    tool,
    authTypes: [...new Set(requirements.map(typeOnTheWire))],
    status,
    missingVariables: [...missingVariables],
    forbiddenVariables: [...forbiddenVariables],
    unknownAuthTypes: [...unknownAuthTypes],
    missingProviders: [...missingProviders],
    missingScopes: [...missingScopes].map(([provider, scopes]) => ({ provider, scopes: [...scopes] })),
  }
}

/** The type as it was sent. */
function typeOnTheWire(requirement: ToolAuthRequirement): string {
  return requirement.auth_type === 'unknown' ? requirement.declared_auth_type : requirement.auth_type
}

function isSet(env: AvailableAuth['env'], name: string): boolean {
  return (ownValue(env, name) ?? '').trim() !== ''
}

// Never the prototype: a requirement may name `constructor`.
function ownValue<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
