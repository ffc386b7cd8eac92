import type { AgentBundle, Release, ReleaseProblem } from '@sallyport/fleet'
import { clipVisible } from 'sallyport/provider'
import type { AgentDetail, Finding } from '../api.ts'
import { isFleetError } from './agent-error.ts'
import type { AgentPlace } from './agents.ts'
import { checkReadiness } from './check-readiness.ts'
import { toReleaseText } from './release-text.ts'

type ListedRelease = AgentDetail['releases'][number]

// Each is read to the last byte; `deployBundle` keeps 5.
const mostChecked = 20
const mostProblems = 200
const longestName = 320

/** One deployment: its releases, each compared with its manifest, and the checks of the current one as it runs. */
export async function readAgent(place: AgentPlace, name: string): Promise<AgentDetail> {
  const { fleet, root } = place
  const { current, previous, releases } = await fleet.readDeployment(root, name)
  const listed: ListedRelease[] = []
  let problems: readonly Finding[] = []
  for (const [index, release] of releases.entries()) {
    const found = index < mostChecked || release.isCurrent ? await checkRelease(place, name, release) : undefined
    listed.push(toListed(release, found))
    if (release.isCurrent) problems = found ?? []
  }
  const agent = current?.manifest?.agent
  return {
    name,
    agent: agent ? clipVisible(agent, longestName) : undefined,
    current: current?.digest,
    previous,
    releases: listed,
    problems,
    ...(current === undefined ? {} : await checkCurrent(place, current)),
  }
}

function toListed(release: Release, problems: readonly Finding[] | undefined): ListedRelease {
  const { digest, isCurrent, manifest } = release
  return {
    digest,
    isCurrent,
    ...toReleaseText(manifest),
    files: manifest?.files.length,
    bytes: manifest?.files.reduce((sum, { size }) => sum + size, 0),
    isDamaged: problems && problems.length > 0,
  }
}

async function checkRelease({ fleet, root }: AgentPlace, name: string, { digest }: Release): Promise<Finding[]> {
  try {
    const problems = await fleet.checkRelease(root, { name, digest })
    return problems.slice(0, mostProblems).map(toFinding)
  } catch (error) {
    return [toErrorFinding(error)]
  }
}

const words: Readonly<Record<ReleaseProblem['problem'], string>> = {
  missing: 'is missing',
  extra: 'is not part of the release',
  changed: 'is changed',
  kind: 'is a link, or a folder instead of a file',
  linked: 'has another name (a hard link)',
  mode: 'has another mode',
}

function toFinding({ path, problem }: ReleaseProblem): Finding {
  return { severity: 'error', code: problem, path: clipVisible(path, longestName), text: words[problem] }
}

/** @throws any error that is not one of the Fleet package */
function toErrorFinding(error: unknown): Finding {
  if (!isFleetError(error)) throw error
  return { severity: 'error', code: error.code, text: error.title }
}

type Checks = Pick<AgentDetail, 'policy' | 'runtime' | 'readiness'>

/** Checks the current release as it is on disk, damaged or not: that is what runs. */
async function checkCurrent({ fleet, policy: rules }: AgentPlace, { path, manifest }: Release): Promise<Checks> {
  let bundle: AgentBundle
  try {
    bundle = await fleet.readFolder(path, {}, manifest?.commit?.type)
  } catch (error) {
    const unread = { ok: false, findings: [toErrorFinding(error)] }
    return { policy: unread, runtime: unread, readiness: unread }
  }
  const policy = await fleet.checkPolicy(bundle, rules)
  const runtime = await fleet.checkRuntime(bundle)
  return {
    policy: {
      ok: policy.ok,
      findings: policy.findings.map(({ severity, rule, path: file, line, message }) => {
        return { severity, code: rule, path: toPlace(file, line), text: message }
      }),
    },
    runtime: {
      ok: runtime.ok,
      findings: runtime.findings.map(({ severity, code, path: file, line, message, runtimes }) => {
        const who = runtimes.length === 1 ? `${runtimes[0]}: ` : ''
        return { severity, code, path: toPlace(file, line), text: who + message }
      }),
    },
    readiness: await checkReadiness(fleet, bundle),
  }
}

function toPlace(file: string, line: number | undefined): string {
  return file === '' ? 'bundle' : `${file}${line === undefined ? '' : `:${line}`}`
}
