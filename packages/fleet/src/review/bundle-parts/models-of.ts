import type { AgentBundle } from '../../bundle/agent-bundle.ts'
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
export function modelsOf(bundle: AgentBundle): NamedModel[] {
  const models: NamedModel[] = []
  for (const value of [ownValue(bundle.config, 'config', ...member), ownValue(bundle.config, ...member)]) {
    const model = toName(value)
    if (model !== undefined && !models.some((other) => other.model === model))
      models.push({ model, path: 'config.json' })
  }
  for (const { name, frontMatter } of bundle.subagents) {
    const model = toName(ownValue(frontMatter, 'model'))
    if (model !== undefined) models.push({ model, path: `subagents/${name}/AGENTS.md`, subagent: name })
  }
  return models
}

// A runtime may accept a value that is not text, so it counts as a model too.
function toName(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : previewJson(value)
}
