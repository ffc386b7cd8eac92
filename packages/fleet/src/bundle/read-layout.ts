import {
  noTools,
  type AgentBundle,
  type AgentSkill,
  type BundleFile,
  type BundleWarning,
  type Subagent,
} from './agent-bundle.ts'
import { readFrontMatter, type FrontMatterFile } from './front-matter.ts'
import { listSkillFolders } from './list-skill-folders.ts'
import { readText } from './read-text.ts'
import { warnOfInterrupts } from './read-interrupts.ts'
import { readConfig, readTools } from './read-tools.ts'
import type { Reading } from './reading.ts'

/** The content of a bundle: AGENTS.md, config.json, tools.json, skills/ and subagents/ (`docs/bundles.md`). */
export type Layout = Omit<AgentBundle, 'files' | 'digest'>

/** Reads the documented files; other files stay as they are. */
export async function readLayout(
  files: readonly BundleFile[],
  selectionWarnings: readonly BundleWarning[],
  reading: Reading,
  kind: 'agent' | 'skill',
): Promise<Layout> {
  const warnings = [...selectionWarnings]
  const warn = (code: BundleWarning['code'], path: string, message: string): void =>
    void warnings.push({ code, path, message })

  const readMarkdown = async (file: BundleFile): Promise<FrontMatterFile> => {
    const read = await readFrontMatter(readText(file), file.path, reading)
    for (const { line, key } of read.unquoted) {
      const message = `the value of ${key} is not valid YAML without quotes; it was read as text, put it in quotes`
      warnings.push({ code: 'FRONT_MATTER_UNQUOTED', path: file.path, line, message })
    }
    return read
  }

  const config = findFile(files, 'config.json')
  if (!config && kind === 'agent')
    warn('CONFIG_MISSING', 'config.json', 'there is no config.json, so the agent has no name')
  const tools = findFile(files, 'tools.json')
  if (!tools && kind === 'agent')
    warn('TOOLS_MISSING', 'tools.json', 'there is no tools.json, so the agent has no tools')

  const skills: AgentSkill[] = []
  for (const { name, main, files: others } of await listSkillFolders(files, reading)) {
    if (!main) warn('SKILL_WITHOUT_FILE', `skills/${name}`, 'the folder has no SKILL.md')
    const { frontMatter, body } = main ? await readMarkdown(main) : nothing
    skills.push({ name, frontMatter, body, files: others })
    if (reading.isLate()) await reading.pause()
  }

  const subagents: Subagent[] = []
  for (const { name, files: inside } of listFolders(files, 'subagents/')) {
    const main = findFile(inside, `subagents/${name}/AGENTS.md`)
    if (!main) warn('SUBAGENT_WITHOUT_FILE', `subagents/${name}`, 'the folder has no AGENTS.md')
    const { frontMatter, body } = main ? await readMarkdown(main) : nothing
    const { description } = frontMatter
    const ownTools = findFile(inside, `subagents/${name}/tools.json`)
    subagents.push({
      name,
      frontMatter,
      prompt: body,
      description: typeof description === 'string' ? description : undefined,
      tools: ownTools && (await readTools(ownTools, reading)),
    })
    if (reading.isLate()) await reading.pause()
  }

  const ownConfig = config ? await readConfig(config, reading) : {}
  const agentTools = tools ? await readTools(tools, reading) : noTools
  warnings.push(...warnOfInterrupts(agentTools.interrupts, 'tools.json'))
  for (const { name, tools: others } of subagents) {
    warnings.push(...warnOfInterrupts(others?.interrupts ?? [], `subagents/${name}/tools.json`))
    if (reading.isLate()) await reading.pause()
  }
  return {
    agentsMd: kind === 'skill' ? '' : readText(findFile(files, 'AGENTS.md')!),
    config: ownConfig,
    tools: agentTools,
    skills,
    subagents,
    warnings,
  }
}

const nothing: FrontMatterFile = { frontMatter: {}, body: '', unquoted: [] }

function findFile(files: readonly BundleFile[], path: string): BundleFile | undefined {
  return files.find((file) => file.path === path)
}

interface Folder {
  readonly name: string
  /** Every file below it. */
  readonly files: BundleFile[]
}

/** The folders directly inside another. Files are sorted, so those of one folder are adjacent. */
function listFolders(files: readonly BundleFile[], parent: string): Folder[] {
  const folders: Folder[] = []
  for (const file of files) {
    if (!file.path.startsWith(parent)) continue
    const slash = file.path.indexOf('/', parent.length)
    if (slash < 0) continue
    const name = file.path.slice(parent.length, slash)
    const last = folders.at(-1)
    if (last?.name === name) last.files.push(file)
    else folders.push({ name, files: [file] })
  }
  return folders
}
