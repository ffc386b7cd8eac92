import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import type { ChangeSeverity, DiffData } from './bundle-change.ts'
import { diffAgentTools, diffSubagents } from './diff-agents.ts'
import { diffFiles } from './diff-files.ts'
import { diffModels } from './diff-models.ts'
import { diffServers } from './diff-servers.ts'
import { diffSettings } from './diff-settings.ts'
import { diffSkills } from './diff-skills.ts'
import { toMarkdown, type MarkdownOptions } from './to-markdown.ts'
import { toText } from './to-text.ts'

/** The result of `diffBundles`: plain data and two methods, so `JSON.stringify` gives all of it. */
export interface BundleDiff extends DiffData {
  /** For a terminal or a log: every character is visible, none controls the terminal. */
  readonly toText: () => string
  /** For a review: no text of the bundle becomes Markdown, HTML or a mention. */
  readonly toMarkdown: (options?: MarkdownOptions) => string
}

/** Options of `diffBundles`. */
export interface DiffOptions {
  /** Unchanged lines shown around changed ones. @default 3 */
  readonly contextLines?: number | undefined
  /** Lines shown in all; of further files only the size. @default 5000 */
  readonly maxLines?: number | undefined
}

const mostChanges = 5_000
const mostCharacters = 1_000_000
const ranks: Readonly<Record<ChangeSeverity, number>> = { warning: 0, notice: 1, info: 2 }

/**
 * Compares two versions of an agent, most important changes first: prompts by line, models, tools, MCP servers, interrupts,
 * subagents, skills, settings, files. Everything that looks like a secret is hidden.
 *
 * @param before the deployed version; `undefined` on the first deployment, when everything is new
 * @example
 * const diff = diffBundles(deployed, bundle)
 * if (diff.counts.warning > 0) await askForReview(diff.toMarkdown())
 */
export function diffBundles(
  before: AgentBundle | undefined,
  after: AgentBundle,
  { contextLines = 3, maxLines = 5_000 }: DiffOptions = {},
): BundleDiff {
  const versions = { before, after }
  const structural = [diffModels, diffServers, diffAgentTools, diffSubagents, diffSkills, diffSettings].flatMap(
    (diff) => diff(versions),
  )
  const explained = new Set(structural.map(({ path }) => path))
  const budget = { lines: maxLines, characters: mostCharacters }
  const all = [...structural, ...diffFiles(versions, explained, { contextLines, budget })]
  const bySeverity = Object.groupBy(all, ({ severity }) => severity)
  const count = (severity: ChangeSeverity): number => bySeverity[severity]?.length ?? 0
  const changes = all.toSorted((left, right) => ranks[left.severity] - ranks[right.severity]).slice(0, mostChanges)
  const data: DiffData = {
    isEmpty: all.length === 0,
    isFirst: before === undefined,
    from: before?.digest,
    to: after.digest,
    counts: { warning: count('warning'), notice: count('notice'), info: count('info') },
    changes,
    omittedChanges: all.length - changes.length,
  }
  return { ...data, toText: () => toText(data), toMarkdown: (options) => toMarkdown(data, options) }
}
