import { allow, checkOptions, type OptionRules } from 'sallyport/provider'
import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { createSlicer } from '../../zip/slicer.ts'
import type { Comparing, DiffData } from './bundle-change.ts'
import { collectChanges } from './collect-changes.ts'
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
  /** For a terminal or a log: every character is visible, none controls the terminal. Works in slices. */
  readonly toText: () => Promise<string>
  /** For a review: no text of the bundle becomes Markdown, HTML or a mention. Works in slices. */
  readonly toMarkdown: (options?: MarkdownOptions) => Promise<string>
}

/** Options of `diffBundles`. */
export interface DiffOptions {
  /** Unchanged lines shown around changed ones. @default 3 */
  readonly contextLines?: number | undefined
  /** Lines shown in all; of further files only the size. @default 5000 */
  readonly maxLines?: number | undefined
}

const rules: OptionRules<DiffOptions> = { contextLines: allow.number(0), maxLines: allow.number(0) }

const mostCharacters = 1_000_000
// Of comparing lines, in all files together: some hundred milliseconds.
const mostSteps = 20_000_000

/**
 * Compares two versions of an agent, most important changes first: prompts by line, models, tools, MCP servers, interrupts,
 * subagents, skills, settings, files. Everything that looks like a secret is hidden. Works in slices, as reading does.
 *
 * @param before the deployed version; `undefined` on the first deployment, when everything is new
 * @example
 * const diff = await diffBundles(deployed, bundle)
 * if (diff.counts.warning > 0) await askForReview(await diff.toMarkdown())
 */
export async function diffBundles(
  before: AgentBundle | undefined,
  after: AgentBundle,
  options: DiffOptions = {},
): Promise<BundleDiff> {
  checkOptions('diffBundles', options, rules)
  const { contextLines = 3, maxLines = 5_000 } = options
  const changes = collectChanges()
  const comparing: Comparing = { ...createSlicer(), changes }
  const versions = { before, after }
  for (const diff of [diffModels, diffServers, diffAgentTools, diffSubagents, diffSkills, diffSettings])
    await diff(versions, comparing)
  const budget = { lines: maxLines, characters: mostCharacters, steps: mostSteps }
  await diffFiles(versions, { contextLines, budget }, comparing)
  // Each may be computed here.
  await comparing.pause()
  const from = before?.digest
  await comparing.pause()
  const { list, counts } = changes
  const all = counts.warning + counts.notice + counts.info
  const data: DiffData = {
    isEmpty: all === 0,
    isFirst: before === undefined,
    from,
    to: after.digest,
    counts: { ...counts },
    changes: list,
    omittedChanges: all - list.length,
  }
  return { ...data, toText: () => toText(data), toMarkdown: (form) => toMarkdown(data, form) }
}
