import type { AgentBundle, BundleFile, Subagent } from '../bundle/agent-bundle.ts'
import { createDigest, hashInSlices } from '../bundle/hash-files.ts'
import { warnOfInterrupts } from '../bundle/read-interrupts.ts'
import { readTools } from '../bundle/read-tools.ts'
import { createReading } from '../bundle/reading.ts'
import { agentsOf } from '../review/bundle-parts/agents-of.ts'

/** A bundle with other texts of some of its `tools.json`, read again. */
export async function replaceTools(bundle: AgentBundle, texts: ReadonlyMap<string, string>): Promise<AgentBundle> {
  const reading = createReading()
  const files: BundleFile[] = []
  for (const file of bundle.files) {
    const text = texts.get(file.path)
    if (text === undefined) {
      files.push(file)
      continue
    }
    const bytes = Buffer.from(text)
    files.push({ path: file.path, bytes, sha256: await hashInSlices(bytes, reading) })
  }
  const byPath = new Map(files.map((file) => [file.path, file]))
  const read = async (path: string) => {
    const file = texts.has(path) ? byPath.get(path) : undefined
    return file && readTools(file, reading)
  }
  const tools = (await read('tools.json')) ?? bundle.tools
  const subagents: Subagent[] = []
  for (const subagent of bundle.subagents) {
    const own = await read(`subagents/${subagent.name}/tools.json`)
    subagents.push(own === undefined ? subagent : { ...subagent, tools: own })
  }
  const warnings = bundle.warnings.filter(({ code }) => !code.startsWith('INTERRUPT_'))
  for (const agent of agentsOf({ tools, subagents })) {
    warnings.push(...warnOfInterrupts(agent.tools.interrupts, agent.toolsPath))
    if (reading.isLate()) await reading.pause()
  }
  const { agentsMd, config, skills } = bundle
  const digest = await createDigest(files, reading)
  return {
    agentsMd,
    config,
    tools,
    skills,
    subagents,
    files,
    warnings,
    get digest() {
      return digest()
    },
  }
}
