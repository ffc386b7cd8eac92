import { agentsOf } from '../review/bundle-parts/agents-of.ts'
import { ownValue } from '../review/bundle-parts/json-value.ts'
import { showServer } from '../review/bundle-parts/show-server.ts'
import type { AgentBundle, AgentTool } from '../bundle/agent-bundle.ts'
import type { Checking } from './read-as-python.ts'
import { quote, runtimes, type Findings } from './runtime-report.ts'
import { toTalonUrl } from './talon-url.ts'

const longestUrl = 4_096
const local = /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\])\.?$/

/** What keeps the runtimes from reading the `tools.json` files, or makes them connect elsewhere. */
export async function checkTools(bundle: AgentBundle, checking: Checking): Promise<void> {
  const { files, findings } = checking
  if (!files.has('tools.json')) {
    const message = 'does not load without tools.json; add one, if only {"tools": []}'
    findings.add('TOOLS_MISSING', ['fleet-deepagents-export'], 'tools.json', message)
  }
  for (const { subagent, toolsPath, tools } of agentsOf(bundle)) {
    if (!files.has(toolsPath)) continue
    const list = ownValue(tools.raw, 'tools')
    if (list === undefined || list === null) {
      const concerned = list === null ? runtimes : (['deepagents-talon'] as const)
      findings.add('TOOLS_LIST_MISSING', concerned, toolsPath, 'does not load without a list of tools; add "tools": []')
    }
    for (const { value, enabled, effective, reason } of tools.interrupts) {
      const add = (code: 'INTERRUPT_FATAL' | 'INTERRUPT_WITHOUT_EFFECT', message: string): void =>
        findings.add(code, ['fleet-deepagents-export'], toolsPath, message)
      if (value === null)
        add('INTERRUPT_FATAL', 'an interrupt is null; write true, false or {"allowed_decisions": […]}')
      else if (enabled && effective === 'no')
        add('INTERRUPT_WITHOUT_EFFECT', `a tool runs without approval: ${reason.message}`)
      if (checking.isLate()) await checking.pause()
    }
    for (const [index, tool] of tools.tools.entries()) {
      checkTool(tool, index, toolsPath, findings)
      if (checking.isLate()) await checking.pause()
    }
    if (subagent !== undefined && tools.tools.length > 0) {
      const message = 'every agent gets these tools, and the subagent those of all others'
      findings.add('SUBAGENT_TOOLS_SHARED', ['deepagents-talon'], toolsPath, message)
    }
  }
}

function checkTool(tool: AgentTool, index: number, path: string, findings: Findings): void {
  const { name, mcp_server_url: url, mcp_server_name: server } = tool
  const add = (code: Parameters<Findings['add']>[0], message: string): void =>
    findings.add(code, ['deepagents-talon'], path, message)
  const missing = Object.entries({ name, mcp_server_url: url, mcp_server_name: server }).find(([, value]) => !value)
  if (missing) add('TOOL_INCOMPLETE', `does not load tools[${index}] without ${missing[0]}; add it`)
  if (typeof url !== 'string' || url === '') return
  if (url.length > longestUrl)
    return findings.add(
      'TEXT_UNCHECKED',
      runtimes,
      path,
      `the URL of tools[${index}] is longer than ${longestUrl} characters`,
    )
  if (local.test(URL.parse(url)?.hostname ?? '')) {
    const message = `${quote(name)} is at ${showServer(url)}, which is another machine where the agent runs; use its public URL`
    findings.add('SERVER_LOCAL', runtimes, path, message)
  }
  const read = toTalonUrl(url)
  if (read === undefined) add('SERVER_URL_INVALID', `does not load the server of tools[${index}]; correct its URL`)
  else if (withoutSlash(read) !== withoutSlash(url))
    add(
      'SERVER_URL_REWRITTEN',
      `connects to ${showServer(read)} instead of ${showServer(url)}; correct .mcp.json after the import`,
    )
}

// It leaves out the last slash, and writes scheme and host in lower case: that is the same server.
function withoutSlash(url: string): string {
  return url.replace(/^[^/?#]*\/\/[^/?#]*/, (origin) => origin.toLowerCase()).replace(/\/$/, '')
}
