import type { AgentBundle, BundleFile } from '../../bundle/agent-bundle.ts'
import type { Slicer } from '../../zip/slicer.ts'
import type { Comparing, Versions } from './bundle-change.ts'
import type { Changes } from './collect-changes.ts'
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
export async function diffFiles(
  { before, after }: Versions<AgentBundle>,
  { contextLines, budget }: { contextLines: number; budget: TextBudget },
  comparing: Comparing,
): Promise<void> {
  const { changes } = comparing
  const old = new Map((before?.files ?? []).map((file) => [file.path, file]))
  const current = new Set(after.files.map(({ path }) => path))
  const gone = [...old.values()].filter(({ path }) => !current.has(path))
  const come = after.files.filter(({ path }) => !old.has(path))
  const moves = await findMoves(gone, come, comparing)
  const movedFrom = new Set(moves.values())
  const isExplained = (path: string): boolean => settings.test(path) && changes.paths.has(path)

  // The budget goes to prompts first.
  for (const file of [...after.files.filter(isPrompt), ...after.files.filter((each) => !isPrompt(each))]) {
    if (comparing.isLate()) await comparing.pause()
    const { path, sha256 } = file
    const was = old.get(path)
    const from = moves.get(path)
    if (was?.sha256 === sha256) continue
    if (from !== undefined) changes.add(isPrompt(file) ? 'notice' : 'info', path, () => ({ kind: 'file-moved', from }))
    else if (!isExplained(path))
      addChange(changes, file, was === undefined, await diffText(was, file, { contextLines, budget }, comparing))
  }
  for (const { path, bytes } of gone) {
    if (movedFrom.has(path) || isExplained(path)) continue
    if (prompt.test(path)) changes.add('notice', path, () => ({ kind: 'prompt-removed', subagent: subagentOf(path) }))
    else changes.add('info', path, () => ({ kind: 'file-removed', bytes: bytes.length }))
  }
}

function addChange(changes: Changes, file: BundleFile, isNew: boolean, text: TextChange): void {
  const { path, bytes } = file
  const holdsSecret = text.form === 'lines' && text.hiddenSecrets > 0
  if (isPrompt(file)) {
    changes.add(holdsSecret ? 'warning' : 'notice', path, () => {
      return { kind: isNew ? 'prompt-added' : 'prompt-changed', subagent: subagentOf(path), text }
    })
  } else {
    changes.add(holdsSecret || environment.test(path) ? 'warning' : 'info', path, () => {
      return { kind: isNew ? 'file-added' : 'file-changed', text, bytes: bytes.length }
    })
  }
}

/** New paths by old ones, for files of equal content; empty files do not count. */
async function findMoves(
  gone: readonly BundleFile[],
  come: readonly BundleFile[],
  slicer: Slicer,
): Promise<Map<string, string>> {
  const byDigest = new Map<string, string[]>()
  for (const { path, bytes, sha256 } of gone) {
    if (bytes.length > 0) {
      const same = byDigest.get(sha256) ?? []
      same.push(path)
      byDigest.set(sha256, same)
    }
    if (slicer.isLate()) await slicer.pause()
  }
  const moves = new Map<string, string>()
  for (const { path, sha256 } of come) {
    const from = byDigest.get(sha256)?.shift()
    if (from !== undefined) moves.set(path, from)
    if (slicer.isLate()) await slicer.pause()
  }
  return moves
}

function isPrompt({ path }: BundleFile): boolean {
  return prompt.test(path)
}

function subagentOf(path: string): string | undefined {
  return prompt.exec(path)?.[1]
}
