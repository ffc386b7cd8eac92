import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { createSlicer, type Slicer } from '../../zip/slicer.ts'
import { present } from '../secrets/mask-secrets.ts'
import { definePolicy, type BundlePolicy } from './bundle-policy.ts'
import { checkFiles } from './check-files.ts'
import { checkInterrupts } from './check-interrupts.ts'
import { checkModels } from './check-models.ts'
import { checkSecrets } from './check-secrets.ts'
import { checkServers } from './check-servers.ts'
import { checkVariables } from './check-variables.ts'
import type { PolicyFinding } from './finding.ts'

const mostFindings = 1_000

/** One part of a policy. It pauses when its slice of time is over. */
type Check = (
  bundle: AgentBundle,
  policy: BundlePolicy,
  slicer: Slicer,
) => readonly PolicyFinding[] | Promise<readonly PolicyFinding[]>

const checks: readonly Check[] = [checkServers, checkInterrupts, checkModels, checkFiles, checkVariables, checkSecrets]

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
  const slicer = createSlicer()
  const all: PolicyFinding[] = []
  for (const check of checks) {
    for (const finding of await check(bundle, policy, slicer)) all.push(makePathPresentable(finding))
    if (slicer.isLate()) await slicer.pause()
  }
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
