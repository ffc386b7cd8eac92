import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { maskSecrets } from '../secrets/mask-secrets.ts'
import { clip, toVisible } from '../visible-text.ts'
import { definePolicy, type BundlePolicy } from './bundle-policy.ts'
import { checkFiles } from './check-files.ts'
import { checkInterrupts } from './check-interrupts.ts'
import { checkModels } from './check-models.ts'
import { checkSecrets } from './check-secrets.ts'
import { checkServers } from './check-servers.ts'
import type { PolicyFinding } from './finding.ts'

/** The answer of `checkPolicy`; plain data but for `toText`. */
export interface PolicyReport {
  /** Whether there is no error; warnings may be there. */
  readonly ok: boolean
  /** Errors first. */
  readonly findings: readonly PolicyFinding[]
  /** 0 when ok. */
  readonly exitCode: 0 | 1
  /** One line per finding. */
  readonly toText: () => string
}

/**
 * Checks a bundle against a policy: MCP hosts, HTTPS, interrupts, models, sizes, secrets. An empty policy still asks for HTTPS, no
 * secrets and no `.env` file.
 *
 * @throws SallyportError `OPTION_INVALID` for a policy that `definePolicy` would refuse
 * @example
 * const { ok, findings } = checkPolicy(bundle, { mcpHosts: ['tools.langchain.com'], keepInterrupts: ['gmail_send_email'] })
 */
export function checkPolicy(bundle: AgentBundle, policy: BundlePolicy): PolicyReport {
  definePolicy(policy)
  const checks = [checkServers, checkInterrupts, checkModels, checkFiles, checkSecrets]
  const all = checks.flatMap((check) => check(bundle, policy)).map(makePathPresentable)
  const errors = all.filter(({ severity }) => severity === 'error')
  const findings = [...errors, ...all.filter(({ severity }) => severity !== 'error')]
  const ok = errors.length === 0
  return { ok, findings, exitCode: ok ? 0 : 1, toText: () => toText(findings) }
}

// A path may itself be a secret, or steer the terminal it is printed on.
function makePathPresentable(finding: PolicyFinding): PolicyFinding {
  return { ...finding, path: clip(toVisible(maskSecrets(finding.path).text), 300) }
}

function toText(findings: readonly PolicyFinding[]): string {
  if (findings.length === 0) return 'The bundle keeps to the policy'
  return findings
    .map(({ severity, rule, path, line, message }) => {
      const place = path === '' ? 'bundle' : `${path}${line === undefined ? '' : `:${line}`}`
      return `${severity}  ${place}  ${message}  (${rule})`
    })
    .join('\n')
}
