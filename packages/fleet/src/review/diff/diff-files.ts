import type { AgentBundle, BundleFile } from '../../bundle/agent-bundle.ts'
import type { BundleChange, ChangeSeverity, Versions } from './bundle-change.ts'
import { diffText } from './diff-text.ts'
import type { TextBudget, TextChange } from './text-change.ts'

const prompt = /^(?:AGENTS\.md|(?:subagents\/([^/]+)\/AGENTS|skills\/(?:[^/]+\/)+SKILL)\.md)$/
const settings = /^(?:config|(?:subagents\/[^/]+\/)?tools)\.json$/
// The runtime loads it into its environment.
const environment = /(?:^|\/)\.env(?:\.|$)/i

/**
 * Files: prompts by line, then every other file. Settings files only if nothing else explains their change. So every change of
 * the digest is named here at the latest.
 */
export function diffFiles(
  { before, after }: Versions<AgentBundle>,
  explained: ReadonlySet<string>,
  { contextLines, budget }: { contextLines: number; budget: TextBudget },
): BundleChange[] {
  const old = new Map((before?.files ?? []).map((file) => [file.path, file]))
  const current = new Set(after.files.map(({ path }) => path))
  const gone = [...old.values()].filter(({ path }) => !current.has(path))
  const moves = findMoves(
    gone,
    after.files.filter(({ path }) => !old.has(path)),
  )
  const movedFrom = new Set(moves.values())

  const changes: BundleChange[] = []
  const changed = after.files.filter(({ path, sha256 }) => old.get(path)?.sha256 !== sha256)
  // The budget goes to prompts first.
  for (const file of [...changed.filter(isPrompt), ...changed.filter((each) => !isPrompt(each))]) {
    const { path } = file
    const from = moves.get(path)
    if (from !== undefined) {
      changes.push({ kind: 'file-moved', severity: isPrompt(file) ? 'notice' : 'info', path, from })
    } else if (!settings.test(path) || !explained.has(path)) {
      const was = old.get(path)
      changes.push(describe(file, was === undefined, diffText(was, file, contextLines, budget)))
    }
  }
  for (const file of gone) {
    const { path, bytes } = file
    if (movedFrom.has(path) || (settings.test(path) && explained.has(path))) continue
    changes.push(
      isPrompt(file)
        ? { kind: 'prompt-removed', severity: 'notice', path, subagent: subagentOf(path) }
        : { kind: 'file-removed', severity: 'info', path, bytes: bytes.length },
    )
  }
  return changes
}

function describe(file: BundleFile, isNew: boolean, text: TextChange): BundleChange {
  const { path, bytes } = file
  const holdsSecret = text.form === 'lines' && text.hiddenSecrets > 0
  if (isPrompt(file)) {
    const severity: ChangeSeverity = holdsSecret ? 'warning' : 'notice'
    return { kind: isNew ? 'prompt-added' : 'prompt-changed', severity, path, subagent: subagentOf(path), text }
  }
  const severity: ChangeSeverity = holdsSecret || environment.test(path) ? 'warning' : 'info'
  return { kind: isNew ? 'file-added' : 'file-changed', severity, path, text, bytes: bytes.length }
}

/** New paths by old ones, for files of equal content; empty files do not count. */
function findMoves(gone: readonly BundleFile[], come: readonly BundleFile[]): Map<string, string> {
  const byDigest = Map.groupBy(
    gone.filter(({ bytes }) => bytes.length > 0),
    ({ sha256 }) => sha256,
  )
  const moves = new Map<string, string>()
  for (const { path, sha256 } of come) {
    const from = byDigest.get(sha256)?.shift()
    if (from) moves.set(path, from.path)
  }
  return moves
}

function isPrompt({ path }: BundleFile): boolean {
  return prompt.test(path)
}

function subagentOf(path: string): string | undefined {
  return prompt.exec(path)?.[1]
}
