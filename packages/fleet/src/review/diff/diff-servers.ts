import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { serversOf, type NamedServer } from '../bundle-parts/servers-of.ts'
import { showServer } from '../bundle-parts/show-server.ts'
import { readUrl } from '../policy/server-url.ts'
import type { Comparing, Versions } from './bundle-change.ts'

/** MCP servers of the agent and all subagents. */
export async function diffServers({ before, after }: Versions<AgentBundle>, comparing: Comparing): Promise<void> {
  const { changes } = comparing
  const old = before ? await serversOf(before, comparing) : []
  const current = await serversOf(after, comparing)
  const knownHosts = new Set<string>()
  for (const { url } of old) {
    knownHosts.add(hostOf(url))
    if (comparing.isLate()) await comparing.pause()
  }
  for (const { url, path, usedBy } of missingFrom(old, current)) {
    const newHost = !knownHosts.has(hostOf(url))
    const insecure = readUrl(url)?.protocol !== 'https:'
    // On the first deployment every host is new; only an insecure one is worth a warning.
    const severity = insecure || (newHost && before !== undefined) ? 'warning' : 'notice'
    changes.add(severity, path, () => ({ kind: 'server-added', server: showServer(url), newHost, insecure, usedBy }))
    if (comparing.isLate()) await comparing.pause()
  }
  for (const { url, path } of missingFrom(current, old)) {
    changes.add('info', path, () => ({ kind: 'server-removed', server: showServer(url) }))
    if (comparing.isLate()) await comparing.pause()
  }
}

function missingFrom(some: readonly NamedServer[], others: readonly NamedServer[]): NamedServer[] {
  const known = new Set(some.map(({ url }) => url))
  return others.filter(({ url }) => !known.has(url))
}

function hostOf(url: string): string {
  return readUrl(url)?.host ?? url
}
