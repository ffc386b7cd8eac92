import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { createSlicer, type Slicer } from '../../zip/slicer.ts'
import { definePolicy, type BundlePolicy } from './bundle-policy.ts'
import { checkFiles } from './check-files.ts'
import { checkInterrupts } from './check-interrupts.ts'
import { checkModels } from './check-models.ts'
import { checkSecrets } from './check-secrets.ts'
import { checkServers } from './check-servers.ts'
import { checkVariables } from './check-variables.ts'
import { createFindings, type Findings, type PolicyFinding } from './finding.ts'

/** What the parts of a check share: each adds its findings, and pauses when its slice of time is over. */
export interface PolicyCheck extends Slicer {
  readonly policy: BundlePolicy
  readonly findings: Findings
}

/** The result of `checkPolicy`: plain data, and `toText`. */
export interface PolicyReport {
  /** Whether there are no errors; there may be warnings. */
  readonly ok: boolean
  /** Errors first; at most 1,000. */
  readonly findings: readonly PolicyFinding[]
  /** Number of further findings. */
  readonly omitted: number
  /** 0 when ok. */
  readonly exitCode: 0 | 1
  /** One line per finding. */
  readonly toText: () => string
}

/**
 * Checks a bundle against a policy: MCP hosts, HTTPS, interrupts, models, sizes, variables, secrets. Even an empty policy requires HTTPS, no
 * secrets, no `.env` file, and file names in the case that the runtime expects. Works in slices, as reading does.
 *
 * @throws SallyportError `OPTION_INVALID` for an invalid policy, as `definePolicy`
 * @example
 * const { ok, findings } = await checkPolicy(bundle, { mcpHosts: ['tools.langchain.com'], keepInterrupts: ['gmail_send_email'] })
 */
export async function checkPolicy(bundle: AgentBundle, policy: BundlePolicy): Promise<PolicyReport> {
  definePolicy(policy)
  const findings = createFindings()
  const checking: PolicyCheck = { ...createSlicer(), policy, findings }
  for (const check of [checkServers, checkInterrupts, checkModels, checkFiles]) await check(bundle, checking)
  for (const check of [checkVariables, checkSecrets]) {
    for (const { message, ...finding } of await check(bundle, policy, checking)) {
      findings.add(finding, () => message)
      if (checking.isLate()) await checking.pause()
    }
  }
  const { list, counts } = findings
  const omitted = counts.error + counts.warning - list.length
  const ok = counts.error === 0
  const hasRules = Object.values(policy).some((rule) => rule !== undefined)
  return { ok, findings: list, omitted, exitCode: ok ? 0 : 1, toText: () => toText(list, omitted, hasRules) }
}

function toText(findings: readonly PolicyFinding[], omitted: number, hasRules: boolean): string {
  if (findings.length === 0) return `The bundle meets the ${hasRules ? 'policy' : 'built-in rules; there is no policy'}`
  const lines = findings.map(({ severity, rule, path, line, message }) => {
    const place = path === '' ? 'bundle' : `${path}${line === undefined ? '' : `:${line}`}`
    return `${severity}  ${place}  ${message}  (${rule})`
  })
  return [...lines, ...(omitted > 0 ? [`and ${omitted} more`] : [])].join('\n')
}
