import type { AgentBundle, BundleFile } from '../../bundle/agent-bundle.ts'
import { readHeadAsPython } from '../../runtime/read-as-python.ts'
import { readSubagent } from '../../runtime/read-subagent.ts'
import type { Slicer } from '../../zip/slicer.ts'
import { ownValue, previewJson } from './json-value.ts'

/** A model named in a bundle. */
export interface NamedModel {
  readonly model: string
  readonly path: string
  /** Name of the subagent; `undefined` for the agent itself. */
  readonly subagent?: string | undefined
}

const member = ['configurable', 'llm_model_config', 'modelId']

/**
 * The models of the agent and its subagents. A full export nests the agent's model under `config`, where the runtime reads it.
 * A model outside of `config` is listed too, because another runtime may read it.
 */
export async function modelsOf(bundle: AgentBundle, slicer: Slicer): Promise<NamedModel[]> {
  const models: NamedModel[] = []
  for (const value of [ownValue(bundle.config, 'config', ...member), ownValue(bundle.config, ...member)]) {
    const model = toName(value)
    if (model !== undefined && !models.some((other) => other.model === model))
      models.push({ model, path: 'config.json' })
  }
  const files = new Map(bundle.files.map((file) => [file.path, file]))
  for (const { name, frontMatter } of bundle.subagents) {
    const path = `subagents/${name}/AGENTS.md`
    const named = new Set([toName(ownValue(frontMatter, 'model')), modelRead(name, files.get(path))])
    for (const model of named) if (model !== undefined) models.push({ model, path, subagent: name })
    if (slicer.isLate()) await slicer.pause()
  }
  return models
}

// The Fleet import of deepagents reads `model_id`, line by line, so also one that is nested.
function modelRead(name: string, file: BundleFile | undefined): string | undefined {
  return file && readSubagent('deepagents-talon', readHeadAsPython(file), name)?.model
}

// A runtime may accept a value that is not text, so it counts as a model too.
function toName(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : previewJson(value)
}
