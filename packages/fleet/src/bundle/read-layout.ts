import type { Slicer } from '../zip/slicer.ts'
import type { AgentBundle, AgentSkill, BundleFile, BundleWarning, Subagent } from './agent-bundle.ts'
import { createDocumentBudget } from './document-budget.ts'
import { readFrontMatter } from './front-matter.ts'
import { readText } from './read-text.ts'
import { noTools, readConfig, readTools } from './read-tools.ts'

/** What the files of a bundle mean (`docs/platforms`: AGENTS.md, config.json, tools.json, skills/, subagents/). */
export type Layout = Omit<AgentBundle, 'files' | 'digest'>

/** Reads the documented files; every other file is kept as it is. */
export async function readLayout(
  files: readonly BundleFile[],
  selectionWarnings: readonly BundleWarning[],
  slicer: Slicer,
): Promise<Layout> {
  const budget = createDocumentBudget()
  const byPath = new Map<string, BundleFile>()
  for (const file of files) byPath.set(file.path, file)
  const warnings = [...selectionWarnings]
  const warn = (code: BundleWarning['code'], path: string, message: string): void =>
    void warnings.push({ code, path, message })

  const config = byPath.get('config.json')
  if (!config) warn('CONFIG_MISSING', 'config.json', 'there is no config.json; the agent has no name')
  const tools = byPath.get('tools.json')
  if (!tools) warn('TOOLS_MISSING', 'tools.json', 'there is no tools.json; the agent has no tools')

  const skills: AgentSkill[] = []
  for (const [name, folder] of groupByFolder(files, 'skills/')) {
    const main = byPath.get(`skills/${name}/SKILL.md`)
    if (!main) warn('SKILL_WITHOUT_FILE', `skills/${name}`, 'the folder has no SKILL.md')
    const { frontMatter, body } = main
      ? readFrontMatter(readText(main), main.path, budget)
      : { frontMatter: {}, body: '' }
    skills.push({ name, frontMatter, body, files: folder.filter((file) => file !== main) })
    if (slicer.isLate()) await slicer.pause()
  }

  const subagents: Subagent[] = []
  for (const [name] of groupByFolder(files, 'subagents/')) {
    const main = byPath.get(`subagents/${name}/AGENTS.md`)
    if (!main) warn('SUBAGENT_WITHOUT_FILE', `subagents/${name}`, 'the folder has no AGENTS.md')
    const { frontMatter, body } = main
      ? readFrontMatter(readText(main), main.path, budget)
      : { frontMatter: {}, body: '' }
    const { description } = frontMatter
    const ownTools = byPath.get(`subagents/${name}/tools.json`)
    subagents.push({
      name,
      frontMatter,
      prompt: body,
      ...(typeof description === 'string' ? { description } : undefined),
      ...(ownTools ? { tools: readTools(ownTools, budget) } : undefined),
    })
    if (slicer.isLate()) await slicer.pause()
  }

  return {
    agentsMd: readText(byPath.get('AGENTS.md')!),
    config: config ? readConfig(config, budget) : {},
    tools: tools ? readTools(tools, budget) : noTools,
    skills,
    subagents,
    warnings,
  }
}

/** Files below a folder, by the folder directly inside it. */
function groupByFolder(files: readonly BundleFile[], root: string): Map<string, BundleFile[]> {
  const groups = new Map<string, BundleFile[]>()
  for (const file of files) {
    if (!file.path.startsWith(root)) continue
    const slash = file.path.indexOf('/', root.length)
    if (slash < 0) continue
    const name = file.path.slice(root.length, slash)
    const group = groups.get(name)
    if (group) group.push(file)
    else groups.set(name, [file])
  }
  return groups
}
