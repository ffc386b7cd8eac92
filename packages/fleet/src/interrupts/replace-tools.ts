import { hash } from 'node:crypto'
import { noTools, type AgentBundle, type BundleFile } from '../bundle/agent-bundle.ts'
import { digestFiles } from '../bundle/hash-files.ts'
import { warnOfInterrupts } from '../bundle/read-interrupts.ts'
import { readTools } from '../bundle/read-tools.ts'
import { createReading } from '../bundle/reading.ts'
import { agentsOf } from '../review/bundle-parts/agents-of.ts'

/** A bundle with other texts of some of its `tools.json`, read again. */
export async function replaceTools(bundle: AgentBundle, texts: ReadonlyMap<string, string>): Promise<AgentBundle> {
  const files = bundle.files.map((file): BundleFile => {
    const text = texts.get(file.path)
    return text === undefined
      ? file
      : { path: file.path, bytes: Buffer.from(text), sha256: hash('sha256', text, 'hex') }
  })
  const reading = createReading()
  const read = async (path: string) => {
    const file = texts.has(path) ? files.find((one) => one.path === path) : undefined
    return file && readTools(file, reading)
  }
  const tools = (await read('tools.json')) ?? bundle.tools
  const subagents = []
  for (const subagent of bundle.subagents) {
    const own = await read(`subagents/${subagent.name}/tools.json`)
    subagents.push(own === undefined ? subagent : { ...subagent, tools: own })
  }
  const replaced = { ...bundle, tools, subagents, files, digest: digestFiles(files) }
  const others = bundle.warnings.filter(({ code }) => !code.startsWith('INTERRUPT_'))
  const warnings = agentsOf(replaced).flatMap((agent) =>
    warnOfInterrupts((agent.tools ?? noTools).interrupts, agent.toolsPath),
  )
  return { ...replaced, warnings: [...others, ...warnings] }
}
