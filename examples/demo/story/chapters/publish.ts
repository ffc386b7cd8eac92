import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SandboxError, type FleetRun } from '@sallyport/sandbox'
import { folderOf, type AgentName } from '../../../agents/publish.ts'
import { toShortDigest } from '../../delivery.ts'
import { expectStep, type Step } from '../../step.ts'
import type { Chapter } from '../chapter.ts'
import type { World } from '../world.ts'

/** Publishes the example agents from their folders, and looks at what is on disk. */
export async function publishAgents(world: World): Promise<Chapter> {
  const agent = 'meeting-preparer'
  const form = { environment: 'prod', dry_run: false }
  return {
    title: 'LangSmith Fleet: agents published from their folders, through a form',
    steps: [
      await publish(world, `${agent}, as a dry run`, agent, { environment: 'prod' }, '200 checked'),
      await publish(world, `${agent}, published`, agent, form, '200 deployed'),
      await publish(world, `${agent}, published again`, agent, form, '200 unchanged'),
      await publish(world, 'release-notes: Slack is not connected', 'release-notes', form, '422 NOT_READY'),
      await publish(world, 'an environment the form has not', agent, { environment: 'moon' }, 'VALUE_INVALID'),
      expectStep(
        'agents on disk',
        await lookAtDisk(world),
        `${agent}: AGENTS.md, config.json, skills, subagents, tools.json`,
      ),
    ],
  }
}

async function publish(
  { sandbox }: World,
  name: string,
  agent: AgentName,
  input: NonNullable<FleetRun['input']>,
  wanted: string,
): Promise<Step> {
  const [webhook] = sandbox.fleet.list()
  try {
    const { finished } = await sandbox.fleet.run(webhook!.id, { folder: folderOf(agent), input })
    const [attempt] = (await finished).attempts
    const { outcome, detail, digest } = JSON.parse(attempt!.responseBody!) as Answer
    const step = expectStep(name, `${attempt!.responseCode} ${outcome ?? codeOf(detail)}`, wanted)
    return digest === undefined ? step : { ...step, result: `${step.result} ${toShortDigest(digest)}` }
  } catch (error) {
    return expectStep(name, SandboxError.is(error) ? error.code : String(error), wanted)
  }
}

/** What the server answers to Fleet. */
interface Answer {
  readonly outcome?: string
  readonly digest?: string
  /** Why it refused. */
  readonly detail?: string
}

/** The reasons of the receiver begin with a code. */
function codeOf(detail = ''): string {
  return detail.split(':')[0]!
}

async function lookAtDisk({ server }: World): Promise<string> {
  const root = join(server.agents, 'prod')
  const agents = await Promise.all(
    (await readdir(root)).map(async (agent) => {
      const files = await readdir(join(root, agent, 'current'))
      return `${agent}: ${files.toSorted().join(', ')}`
    }),
  )
  return agents.join('; ')
}
