import type { AgentBundle } from '../bundle/agent-bundle.ts'
import { checkConfig } from './check-config.ts'
import { checkFiles } from './check-files.ts'
import { checkJson } from './check-json.ts'
import { checkSkills } from './check-skills.ts'
import { checkSubagents } from './check-subagents.ts'
import { checkTools } from './check-tools.ts'
import { createChecking } from './read-as-python.ts'
import { toText, type Runtime, type RuntimeReading, type RuntimeReport } from './runtime-report.ts'

/**
 * Checks whether the runtimes of Fleet agents load a bundle, and whether they read what this package reads:
 * `fleet-deepagents-export` 0.0.1 (2026-07-16) from the deployed folder, and the Fleet import of `deepagents-talon` 0.0.3 with
 * `deepagents` 0.7.8 (2026-08-21) from the archive. Works in slices, as reading does.
 *
 * @example
 * const { ok, findings } = await checkRuntime(bundle)
 * if (!ok) throw new RejectError(findings.map(({ path, message }) => `${path}: ${message}`).join('; '))
 */
export async function checkRuntime(bundle: AgentBundle): Promise<RuntimeReport> {
  const checking = createChecking(bundle)
  const { findings } = checking
  await checkFiles(bundle, checking)
  // A skill that was pulled by itself has no settings.
  const isAgent = checking.files.has('AGENTS.md')
  await checkJson(bundle, checking)
  const model = isAgent ? checkConfig(bundle, findings) : undefined
  if (isAgent) await checkTools(bundle, checking)
  const subagents = await checkSubagents(bundle, checking)
  const skills = await checkSkills(bundle, checking)

  const { list, failing } = findings
  const omitted = findings.count - list.length
  const ok = failing.size === 0
  const read = (runtime: Runtime): RuntimeReading => ({
    loads: !failing.has(runtime),
    model: runtime === 'fleet-deepagents-export' ? model : undefined,
    subagents: subagents[runtime],
    skills: skills[runtime],
  })
  return {
    ok,
    findings: list,
    omitted,
    readings: {
      'fleet-deepagents-export': read('fleet-deepagents-export'),
      'deepagents-talon': read('deepagents-talon'),
    },
    exitCode: ok ? 0 : 1,
    toText: () => toText(list, omitted),
  }
}
