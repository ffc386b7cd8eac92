import type { BundlePolicy } from '@sallyport/fleet'
import type { AgentDetail, AgentDiff, AgentList, RolledBackTo } from '../api.ts'
import { ConsoleError } from '../console-error.ts'
import { toAgentError } from './agent-error.ts'

/** The functions of the Fleet package. */
export type Fleet = typeof import('@sallyport/fleet')

/** Where agents are deployed. */
export interface AgentPlace {
  readonly fleet: Fleet
  /** The root that was passed to `deployBundle`. */
  readonly root: string
  readonly policy: BundlePolicy
}

/** What the routes of agents answer. Names and digests come from requests; the Fleet package checks them. */
export interface Agents {
  list(): Promise<AgentList>
  read(name: string): Promise<AgentDetail>
  diff(name: string, from: string, to: string): Promise<AgentDiff>
  /** @param from the release that the visitor saw as current; another one is `CONSOLE_AGENT_CHANGED`. @default any */
  rollback(name: string, to: string, from?: string): Promise<RolledBackTo>
}

// A bundle is up to 128 MiB in memory.
const mostWaiting = 20
const lockTimeoutMs = 5_000

/**
 * Reads what is deployed below a root, one agent at a time. The Fleet package is loaded with the first call: most consoles have
 * no agents.
 *
 * @throws ConsoleError from every call: `CONSOLE_AGENT_MISSING`, `CONSOLE_AGENT_DAMAGED`, `CONSOLE_AGENT_CHANGED`,
 * `CONSOLE_AGENT_FAILED`, `CONSOLE_REQUEST_INVALID`, `CONSOLE_BUSY`
 */
export function createAgents(root: string, policy: BundlePolicy = {}): Agents {
  let fleet: Promise<Fleet> | undefined
  const load = async (): Promise<AgentPlace> => {
    fleet ??= import('@sallyport/fleet')
    return { fleet: await fleet, root, policy }
  }
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  const inTurn = async <Result>(work: (place: AgentPlace) => Promise<Result>): Promise<Result> => {
    if (waiting >= mostWaiting) throw new ConsoleError('CONSOLE_BUSY', 'other requests for agents are answered first')
    waiting += 1
    const turn = last.then(async () => withAgentErrors(async () => work(await load()))).finally(() => (waiting -= 1))
    last = turn.catch(() => undefined)
    return turn
  }
  return {
    list: async () => inTurn(async (place) => (await import('./list-agents.ts')).listAgents(place)),
    read: async (name) => inTurn(async (place) => (await import('./read-agent.ts')).readAgent(place, name)),
    diff: async (name, from, to) =>
      inTurn(async (place) => (await import('./diff-releases.ts')).diffReleases(place, name, from, to)),
    // Not in turn: it may wait for a deployment.
    rollback: async (name, to, from) =>
      withAgentErrors(async () => {
        const { fleet: functions } = await load()
        const { current } = await functions.readDeployment(root, name)
        if (from !== undefined && current?.digest !== from)
          throw new ConsoleError('CONSOLE_AGENT_CHANGED', 'another release is current now')
        const { digest, changed } = await functions.rollback(root, { name, to, lockTimeoutMs })
        return { digest, changed }
      }),
  }
}

async function withAgentErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw toAgentError(error)
  }
}
