import type { AgentBundle } from '../bundle/agent-bundle.ts'
import { agentsOf } from '../review/bundle-parts/agents-of.ts'
import { createSlicer } from '../zip/slicer.ts'
import type { ToolAuthRequirement } from './requirement.ts'
import { showName } from './tool-readiness.ts'

/** The answer of `crossCheckTools`. */
export interface ToolCrossCheck {
  /** Whether the bundle and its requirements name the same tools. */
  readonly ok: boolean
  /** Tools that are used but have no requirement. */
  readonly withoutRequirement: readonly {
    readonly tool: string
    /** `agent`, or `subagents/<name>`. */
    readonly usedBy: readonly string[]
  }[]
  /** Tools that have a requirement but are not used. */
  readonly unused: readonly string[]
  /** One line of printable text. */
  readonly summary: string
}

/**
 * Compares the tools of a bundle and its subagents with the tools that have a requirement, by exact name. Works in slices, as reading
 * does.
 *
 * @example
 * const { ok, summary } = await crossCheckTools(data.bundle, data.toolAuth)
 */
export async function crossCheckTools(
  bundle: Pick<AgentBundle, 'tools' | 'subagents'>,
  requirements: readonly ToolAuthRequirement[],
): Promise<ToolCrossCheck> {
  const usedBy = new Map<string, Set<string>>()
  const use = (tool: string, user: string): void => void usedBy.set(tool, (usedBy.get(tool) ?? new Set()).add(user))
  const slicer = createSlicer()
  for (const { subagent, tools } of agentsOf(bundle)) {
    const user = subagent === undefined ? 'agent' : `subagents/${subagent}`
    for (const { name } of tools.tools) {
      use(name, user)
      if (slicer.isLate()) await slicer.pause()
    }
  }

  const required = new Set(requirements.map((requirement) => requirement.tool_name))
  const withoutRequirement = [...usedBy]
    .filter(([tool]) => !required.has(tool))
    .map(([tool, users]) => ({ tool, usedBy: [...users] }))
  const unused = [...required].filter((tool) => !usedBy.has(tool))
  const ok = withoutRequirement.length === 0 && unused.length === 0
  return { ok, withoutRequirement, unused, summary: summarize(withoutRequirement, unused) }
}

const mostShown = 5

function summarize(withoutRequirement: ToolCrossCheck['withoutRequirement'], unused: readonly string[]): string {
  const parts: string[] = []
  if (withoutRequirement.length > 0) {
    const shown = withoutRequirement
      .slice(0, mostShown)
      .map(({ tool, usedBy }) => `${showName(tool)} (${list(usedBy)})`)
    parts.push(`used without a requirement: ${shown.join(', ')}${andMore(withoutRequirement)}`)
  }
  if (unused.length > 0) parts.push(`required but not used: ${list(unused)}`)
  return parts.length === 0 ? 'Tools and requirements agree' : parts.join('; ')
}

function list(names: readonly string[]): string {
  return names.slice(0, mostShown).map(showName).join(', ') + andMore(names)
}

function andMore(all: readonly unknown[]): string {
  const rest = all.length - mostShown
  return rest > 0 ? ` and ${rest} more` : ''
}
