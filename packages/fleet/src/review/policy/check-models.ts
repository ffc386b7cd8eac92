import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { modelsOf } from '../bundle-parts/models-of.ts'
import type { BundlePolicy } from './bundle-policy.ts'
import { quote, type PolicyFinding } from './finding.ts'
import { matchesWildcard } from './wildcard.ts'

/** Models that are not on the list, and a bundle that leaves the choice to whoever runs it. */
export function checkModels(bundle: AgentBundle, { models: allowed }: BundlePolicy): PolicyFinding[] {
  if (!allowed) return []
  const named = modelsOf(bundle)
  const findings = named
    .filter(({ model }) => !allowed.some((pattern) => matchesWildcard(pattern, model)))
    .map(({ model, path }): PolicyFinding => {
      return { severity: 'error', rule: 'model-not-allowed', path, message: `the model ${quote(model)} is not allowed` }
    })
  for (const { name, prompt, frontMatter } of bundle.subagents) {
    if (Object.keys(frontMatter).length > 0 || !prompt.trimStart().startsWith('---')) continue
    const message = 'it begins as front matter does and is none; another reader could find a model in it'
    findings.push({ severity: 'error', rule: 'model-not-allowed', path: `subagents/${name}/AGENTS.md`, message })
  }
  if (named.every(({ subagent }) => subagent !== undefined)) {
    const message = 'the bundle names no model, so that the runtime chooses one'
    findings.unshift({ severity: 'warning', rule: 'model-missing', path: 'config.json', message })
  }
  return findings
}
