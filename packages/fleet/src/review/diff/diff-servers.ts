import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { serversOf, type NamedServer } from '../bundle-parts/servers-of.ts'
import { showServer } from '../bundle-parts/show-server.ts'
import type { BundleChange, Versions } from './bundle-change.ts'

/** MCP servers of the agent and all subagents. */
export function diffServers({ before, after }: Versions<AgentBundle>): BundleChange[] {
  const old = before ? serversOf(before) : []
  const current = serversOf(after)
  const knownHosts = new Set(old.map(hostOf))
  return [
    ...missingFrom(old, current).map((server): BundleChange => {
      const newHost = !knownHosts.has(hostOf(server))
      const insecure = URL.parse(server.url)?.protocol !== 'https:'
      return {
        kind: 'server-added',
        // On the first deployment every host is new; only an insecure one is worth a warning.
        severity: insecure || (newHost && before !== undefined) ? 'warning' : 'notice',
        path: server.path,
        server: showServer(server.url),
        newHost,
        insecure,
        usedBy: server.usedBy,
      }
    }),
    ...missingFrom(current, old).map(({ url, path }): BundleChange => {
      return { kind: 'server-removed', severity: 'info', path, server: showServer(url) }
    }),
  ]
}

function missingFrom(some: readonly NamedServer[], others: readonly NamedServer[]): NamedServer[] {
  const known = new Set(some.map(({ url }) => url))
  return others.filter(({ url }) => !known.has(url))
}

function hostOf({ url }: NamedServer): string {
  return URL.parse(url)?.host ?? url
}
