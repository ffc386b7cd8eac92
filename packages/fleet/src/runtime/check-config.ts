import { ownValue } from '../review/bundle-parts/json-value.ts'
import type { AgentBundle } from '../bundle/agent-bundle.ts'
import type { Findings } from './runtime-report.ts'

const place = 'config.configurable.llm_model_config.modelId'

/** The model as fleet-deepagents-export takes it from `config.json` (`builder.py`); deepagents-talon ignores the file. */
export function checkConfig({ config, files }: AgentBundle, findings: Findings): string | undefined {
  const add = (
    code: 'CONFIG_MISSING' | 'MODEL_MISSING' | 'MODEL_INVALID' | 'MODEL_NULL',
    message: string,
  ): undefined => {
    findings.add(code, ['fleet-deepagents-export'], 'config.json', message)
  }
  if (!files.some(({ path }) => path === 'config.json'))
    return add('CONFIG_MISSING', `does not load without config.json; add one with ${place}`)
  const model = ownValue(config, ...place.split('.'))
  if (model === undefined) return add('MODEL_MISSING', `does not load without a model; add ${place}`)
  if (model === null) return add('MODEL_NULL', `takes its own default model; set ${place}`)
  if (typeof model !== 'string' || model === '')
    return add('MODEL_INVALID', `does not load unless ${place} is text, such as "anthropic:claude-sonnet-4-6"`)
  return model
}
