import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { serversOf } from '../bundle-parts/servers-of.ts'
import type { BundlePolicy } from './bundle-policy.ts'
import { quote, type PolicyFinding, type PolicyRule } from './finding.ts'
import { matchesHost, parseHostPattern } from './patterns.ts'
import { readServerUrl, type ServerUrlFault } from './server-url.ts'

const faults: Readonly<Record<ServerUrlFault, string>> = {
  invalid: 'the URL of an MCP server is not an http or https URL with a host',
  ambiguous: 'the URL of an MCP server reads differently to different parsers; write it plainly',
  credentials: 'the URL of an MCP server contains a user name or a password',
}

/** HTTPS, allowed hosts, and URLs that only look allowed. Messages name hosts, never paths, which may contain keys. */
export function checkServers(bundle: AgentBundle, policy: BundlePolicy): PolicyFinding[] {
  const { httpsOnly = true, mcpHosts } = policy
  const patterns = mcpHosts?.flatMap((pattern) => parseHostPattern(pattern) ?? [])
  const findings: PolicyFinding[] = []
  for (const { url: text, path, usedBy } of serversOf(bundle)) {
    const users = `; used by ${usedBy.slice(0, 3).map(quote).join(', ')}${usedBy.length > 3 ? ' and others' : ''}`
    const report = (rule: PolicyRule, message: string): void => {
      findings.push({ severity: 'error', rule, path, message: message + users })
    }
    const { url, fault } = readServerUrl(text)
    if (fault !== undefined) report('mcp-url', url ? `${faults[fault]}: host ${quote(url.hostname)}` : faults[fault])
    if (!url) continue
    if (httpsOnly && url.protocol !== 'https:') {
      report('mcp-https', `an MCP server uses ${quote(url.protocol)} instead of HTTPS: host ${quote(url.host)}`)
    }
    if (patterns && !patterns.some((pattern) => matchesHost(pattern, url))) {
      report('mcp-host', `the host ${quote(url.host)} of an MCP server is not allowed`)
    }
  }
  return findings
}
