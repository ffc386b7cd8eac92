import type { AgentBundle } from '@sallyport/fleet'
import { clipVisible } from 'sallyport/provider'
import type { AgentDetail, Finding } from '../api.ts'
import type { Fleet } from './agents.ts'

const mostFindings = 200
const longestName = 80

/**
 * Where a tool of the bundle is set to ask a person first but does not. The variables and scopes that tools need come with the
 * delivery and are not part of a release, so no tool is held against them here.
 */
export async function checkReadiness(fleet: Fleet, bundle: AgentBundle): Promise<AgentDetail['readiness']> {
  const names = [bundle, ...bundle.subagents].flatMap(({ tools }) => tools?.tools.map(({ name }) => name) ?? [])
  const requirements = [...new Set(names)].map((name) => ({ tool_name: name, auth_type: 'none' as const }))
  const { tools } = await fleet.checkToolAuth(requirements, { env: {} }, bundle)
  const findings = tools.flatMap(({ tool, approvals }) =>
    approvals.map(({ usedBy, effective, reason }): Finding => {
      const isOff = effective === 'no'
      const effect = isOff ? 'runs without asking' : 'may run without asking'
      return {
        severity: isOff ? 'error' : 'warning',
        code: reason.code,
        path: clipVisible(usedBy, longestName),
        text: `${clipVisible(tool, longestName)} is set to ask first but ${effect}: ${reason.message}`,
      }
    }),
  )
  return { ok: findings.length === 0, findings: findings.slice(0, mostFindings) }
}
