import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { serversOf } from '../bundle-parts/servers-of.ts'
import type { PolicyCheck } from './check-policy.ts'
import { quote, type PolicyRule } from './finding.ts'
import { matchesHost, parseHostPattern } from './patterns.ts'
import { readServerUrl, type ServerUrlFault } from './server-url.ts'

const faults: Readonly<Record<ServerUrlFault, string>> = {
  invalid: 'the URL of an MCP server is not an http or https URL with a host',
  long: 'the URL of an MCP server is longer than 8,192 characters',
  ambiguous: 'the URL of an MCP server reads differently to different parsers; write it plainly',
  credentials: 'the URL of an MCP server contains a user name or a password',
}

/** HTTPS, allowed hosts, and URLs that only look allowed. Messages name hosts, never paths, which may contain keys. */
export async function checkServers(bundle: AgentBundle, checking: PolicyCheck): Promise<void> {
  const { httpsOnly = true, mcpHosts } = checking.policy
  const patterns = mcpHosts?.flatMap((pattern) => parseHostPattern(pattern) ?? [])
  for (const { url: text, path, usedBy } of await serversOf(bundle, checking)) {
    const users = (): string =>
      `; used by ${usedBy.slice(0, 3).map(quote).join(', ')}${usedBy.length > 3 ? ' and others' : ''}`
    const report = (rule: PolicyRule, message: () => string): void =>
      checking.findings.add({ severity: 'error', rule, path }, () => message() + users())
    const { url, fault } = readServerUrl(text)
    if (fault !== undefined)
      report('mcp-url', () => (url ? `${faults[fault]}: host ${quote(url.hostname)}` : faults[fault]))
    if (url && httpsOnly && url.protocol !== 'https:') {
      report('mcp-https', () => `an MCP server uses ${quote(url.protocol)} instead of HTTPS: host ${quote(url.host)}`)
    }
    if (url && patterns && !patterns.some((pattern) => matchesHost(pattern, url))) {
      report('mcp-host', () => `the host ${quote(url.host)} of an MCP server is not allowed`)
    }
    if (checking.isLate()) await checking.pause()
  }
}
