import type { AgentBundle, AgentSkill } from '../../bundle/agent-bundle.ts'
import { changedMembers } from '../bundle-parts/changed-members.ts'
import type { BundleChange, Versions } from './bundle-change.ts'
import { describe } from './diff-agents.ts'

/** Skills that were added, removed, or have another front matter, body or files. */
export function diffSkills({ before, after }: Versions<AgentBundle>): BundleChange[] {
  const old = new Map((before?.skills ?? []).map((skill) => [skill.name, skill]))
  const names = new Set(after.skills.map(({ name }) => name))
  return [
    ...after.skills.flatMap((skill) => diffSkill({ before: old.get(skill.name), after: skill })),
    ...[...old.keys()]
      .filter((name) => !names.has(name))
      .map((name): BundleChange => ({ kind: 'skill-removed', severity: 'notice', path: mainPath(name), name })),
  ]
}

function diffSkill({ before, after }: Versions<AgentSkill>): BundleChange[] {
  const { name, frontMatter } = after
  const path = mainPath(name)
  if (!before)
    return [{ kind: 'skill-added', severity: 'notice', path, name, description: describe(frontMatter['description']) }]
  const members = changedMembers(before.frontMatter, frontMatter)
  const body = before.body !== after.body
  const files = changedFiles(before, after)
  if (members.length === 0 && !body && files.length === 0) return []
  return [{ kind: 'skill-changed', severity: 'notice', path, name, members, body, files }]
}

function changedFiles(before: AgentSkill, after: AgentSkill): string[] {
  const old = new Map(before.files.map(({ path, sha256 }) => [path, sha256]))
  const changed = after.files.filter(({ path, sha256 }) => old.get(path) !== sha256).map(({ path }) => path)
  const current = new Set(after.files.map(({ path }) => path))
  return [...changed, ...[...old.keys()].filter((path) => !current.has(path))]
}

function mainPath(name: string): string {
  return `skills/${name}/SKILL.md`
}
