import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { previewJson } from './json-value.ts'
import { ownValue } from './own-value.ts'

/** A model that a bundle names. */
export interface NamedModel {
  readonly model: string
  readonly path: string
  /** Name of the subagent; absent for the agent itself. */
  readonly subagent?: string
}

const member = ['configurable', 'llm_model_config', 'modelId']

/**
 * The models of the agent and of its subagents. A full export nests the agent's under `config`, where the runtime reads it;
 * one that stands beside is named too, because some other runtime may read that.
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

// What is no text names a model all the same, to a runtime that takes it.
function toName(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : previewJson(value)
}
