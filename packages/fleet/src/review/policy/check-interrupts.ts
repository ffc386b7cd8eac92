import type { AgentBundle, AgentTool } from '../../bundle/agent-bundle.ts'
import { agentsOf } from '../bundle-parts/agents-of.ts'
import { createAsksFirst, type AsksFirst } from '../bundle-parts/asks-first.ts'
import { createRuntimeAsks } from '../bundle-parts/runtime-asks.ts'
import type { BundlePolicy } from './bundle-policy.ts'
import type { PolicyCheck } from './check-policy.ts'
import { quote } from './finding.ts'
import { matchesHost, matchesWildcard, parseHostPattern } from './patterns.ts'
import { readUrl } from './server-url.ts'

const states: Readonly<Record<Exclude<AsksFirst, 'yes'>, string>> = {
  no: 'its interrupt is switched off',
  'not set': 'it has no interrupt',
  contradicted: 'another entry switches off the interrupt of a tool with the same name',
}

/** Tools that must ask a person first but do not, and approvals that the runtime does not obey. */
export async function checkInterrupts(bundle: AgentBundle, checking: PolicyCheck): Promise<void> {
  const { keepInterrupts = [], effectiveInterrupts = 'warn' } = checking.policy
  const applies = keepInterrupts.map(toPredicate)
  for (const { toolsPath: path, tools } of agentsOf(bundle)) {
    const asksFirst = await createAsksFirst(tools, checking)
    const runtimeAsks = await createRuntimeAsks(tools, checking)
    for (const tool of tools.tools) {
      const state = asksFirst(tool)
      if (state !== 'yes' && applies.some((matches) => matches(tool))) {
        checking.findings.add(
          { severity: 'error', rule: 'interrupt-required', path },
          () => `the tool ${quote(tool.name)} must ask before it runs, but ${states[state]}`,
        )
      }
      const { effective, reason } = runtimeAsks(tool.name)
      const isOn = state === 'yes' || state === 'contradicted'
      if (isOn && effective !== 'yes' && effectiveInterrupts !== false) {
        const what = effective === 'no' ? 'but runs without asking' : 'but may run without asking'
        checking.findings.add(
          { severity: effectiveInterrupts === true ? 'error' : 'warning', rule: 'interrupt-without-effect', path },
          () => `the tool ${quote(tool.name)} is set to ask before it runs, ${what}: ${reason.message}`,
        )
      }
      if (checking.isLate()) await checking.pause()
    }
  }
}

function toPredicate(entry: NonNullable<BundlePolicy['keepInterrupts']>[number]): (tool: AgentTool) => boolean {
  const name = typeof entry === 'string' ? entry : entry.tool
  const server = typeof entry === 'string' ? undefined : entry.server
  const pattern = server === undefined ? undefined : parseHostPattern(server)
  return (tool) => {
    if (!matchesWildcard(name, tool.name)) return false
    if (pattern === undefined) return true
    const url = readUrl(tool.mcp_server_url ?? '')
    return url !== undefined && matchesHost(pattern, url)
  }
}
