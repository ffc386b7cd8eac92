import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { present } from '../secrets/mask-secrets.ts'
import { definePolicy, type BundlePolicy } from './bundle-policy.ts'
import { checkFiles } from './check-files.ts'
import { checkInterrupts } from './check-interrupts.ts'
import { checkModels } from './check-models.ts'
import { checkSecrets } from './check-secrets.ts'
import { checkServers } from './check-servers.ts'
import type { PolicyFinding } from './finding.ts'

const mostFindings = 1_000

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
 * Checks a bundle against a policy: MCP hosts, HTTPS, interrupts, models, sizes, secrets. Even an empty policy requires HTTPS, no
 * secrets, no `.env` file, and file names in the case that the runtime expects.
 *
 * @throws SallyportError `OPTION_INVALID` for an invalid policy, as `definePolicy`
 * @example
 * const { ok, findings } = checkPolicy(bundle, { mcpHosts: ['tools.langchain.com'], keepInterrupts: ['gmail_send_email'] })
 */
export function checkPolicy(bundle: AgentBundle, policy: BundlePolicy): PolicyReport {
  definePolicy(policy)
  const checks = [checkServers, checkInterrupts, checkModels, checkFiles, checkSecrets]
  const all = checks.flatMap((check) => check(bundle, policy)).map(makePathPresentable)
  const errors = all.filter(({ severity }) => severity === 'error')
  const findings = [...errors, ...all.filter(({ severity }) => severity !== 'error')].slice(0, mostFindings)
  const omitted = all.length - findings.length
  const ok = errors.length === 0
  return { ok, findings, omitted, exitCode: ok ? 0 : 1, toText: () => toText(findings, omitted) }
}

// A path may itself be a secret, or control the terminal it is printed on.
function makePathPresentable(finding: PolicyFinding): PolicyFinding {
  return { ...finding, path: present(finding.path) }
}

function toText(findings: readonly PolicyFinding[], omitted: number): string {
  if (findings.length === 0) return 'The bundle meets the policy'
  const lines = findings.map(({ severity, rule, path, line, message }) => {
    const place = path === '' ? 'bundle' : `${path}${line === undefined ? '' : `:${line}`}`
    return `${severity}  ${place}  ${message}  (${rule})`
  })
  return [...lines, ...(omitted > 0 ? [`and ${omitted} more`] : [])].join('\n')
}
