import type { AgentBundle, AgentSkill } from '../../bundle/agent-bundle.ts'
import { changedMembers } from '../bundle-parts/changed-members.ts'
import type { Slicer } from '../../zip/slicer.ts'
import type { Comparing, Versions } from './bundle-change.ts'
import { describe } from './diff-agents.ts'

/** Skills that were added, removed, or have another front matter, body or files. */
export async function diffSkills({ before, after }: Versions<AgentBundle>, comparing: Comparing): Promise<void> {
  const old = new Map((before?.skills ?? []).map((skill) => [skill.name, skill]))
  for (const skill of after.skills) {
    await diffSkill({ before: old.get(skill.name), after: skill }, comparing)
    old.delete(skill.name)
    if (comparing.isLate()) await comparing.pause()
  }
  for (const name of old.keys())
    comparing.changes.add('notice', mainPath(name), () => ({ kind: 'skill-removed', name }))
}

async function diffSkill({ before, after }: Versions<AgentSkill>, comparing: Comparing): Promise<void> {
  const { changes } = comparing
  const { name, frontMatter } = after
  const path = mainPath(name)
  if (!before) {
    return changes.add('notice', path, () => {
      return { kind: 'skill-added', name, description: describe(frontMatter['description']) }
    })
  }
  const members = await changedMembers(before.frontMatter, frontMatter, comparing)
  const body = before.body !== after.body
  const files = await changedFiles(before, after, comparing)
  if (members.length > 0 || body || files.length > 0)
    changes.add('notice', path, () => ({ kind: 'skill-changed', name, members, body, files }))
}

async function changedFiles(before: AgentSkill, after: AgentSkill, slicer: Slicer): Promise<string[]> {
  const old = new Map(before.files.map((file) => [file.path, file]))
  const changed: string[] = []
  for (const { path, sha256 } of after.files) {
    if (old.get(path)?.sha256 !== sha256) changed.push(path)
    old.delete(path)
    if (slicer.isLate()) await slicer.pause()
  }
  return [...changed, ...old.keys()]
}

function mainPath(name: string): string {
  return `skills/${name}/SKILL.md`
}
