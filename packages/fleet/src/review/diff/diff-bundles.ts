import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import type { BundleChange, ChangeSeverity } from './bundle-change.ts'
import { diffAgentTools, diffSubagents } from './diff-agents.ts'
import { diffFiles } from './diff-files.ts'
import { diffModels } from './diff-models.ts'
import { diffServers } from './diff-servers.ts'
import { diffSettings } from './diff-settings.ts'
import { diffSkills } from './diff-skills.ts'
import { toMarkdown, type MarkdownOptions } from './to-markdown.ts'
import { toText } from './to-text.ts'

/** What `diffBundles` found; plain data but for its two methods, so that `JSON.stringify` gives all of it. */
export interface BundleDiff {
  /** Whether the two hold the same files. */
  readonly isEmpty: boolean
  /** Whether there was nothing before. */
  readonly isFirst: boolean
  /** Digests of the two; `from` is absent when there was nothing before. */
  readonly from?: string
  readonly to: string
  /** How many changes there are of each severity, those left out included. */
  readonly counts: Readonly<Record<ChangeSeverity, number>>
  /** Warnings first; at most 5,000. */
  readonly changes: readonly BundleChange[]
  readonly omittedChanges: number
  /** For a terminal or a log: every character is visible, none steers. */
  readonly toText: () => string
  /** For a review: nothing out of the bundle is taken for Markdown, HTML or a mention. */
  readonly toMarkdown: (options?: MarkdownOptions) => string
}

/** Options of `diffBundles`. */
export interface DiffOptions {
  /** Unchanged lines shown around changed ones. @default 3 */
  readonly contextLines?: number
  /** Lines shown in all; further files are told by size. @default 5000 */
  readonly maxLines?: number
}

const mostChanges = 5_000
const mostCharacters = 1_000_000
const ranks: Readonly<Record<ChangeSeverity, number>> = { warning: 0, notice: 1, info: 2 }

/**
 * Says what changed between two versions of an agent, in the order a reviewer needs: prompts by line, models, tools, MCP servers,
 * interrupts that were switched off, subagents, skills, settings, files. What looks like a secret is hidden.
 *
 * @param before the version that is deployed; nothing on the first deployment, and then everything is added
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
  const data = {
    isEmpty: all.length === 0,
    isFirst: before === undefined,
    ...(before === undefined ? undefined : { from: before.digest }),
    to: after.digest,
    counts: { warning: count('warning'), notice: count('notice'), info: count('info') },
    changes,
    omittedChanges: all.length - changes.length,
  }
  return { ...data, toText: () => toText(data), toMarkdown: (options) => toMarkdown(data, options) }
}
