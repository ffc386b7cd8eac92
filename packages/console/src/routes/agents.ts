import type { Agents } from '../agents/agents.ts'
import type { AgentDetail, AgentDiff, AgentList, RolledBackTo } from '../api.ts'
import { ConsoleError, invalidRequest } from '../console-error.ts'
import { audited, type Parts, type Route } from './route.ts'

/** Every deployment below the root. */
export const agentList: Route = {
  needs: 'see',
  answer: (_call, parts): Promise<AgentList> => needAgents(parts).list(),
}

/** One deployment: its releases and checks. */
export const agentDetail: Route = {
  needs: 'see',
  answer: ({ query }, parts): Promise<AgentDetail> => needAgents(parts).read(readName(query.get('name'))),
}

/** What changed between two releases. */
export const agentDiff: Route = {
  needs: 'see',
  answer({ query }, parts): Promise<AgentDiff> {
    const [from, to] = [readDigest('from', query.get('from')), readDigest('to', query.get('to'))]
    return needAgents(parts).diff(readName(query.get('name')), from, to)
  },
}

/** Makes another release the current one. */
export const agentRollback: Route = {
  needs: 'rollback',
  audit: 'rollback',
  async answer(call, parts): Promise<RolledBackTo> {
    const { name, to, from } = call.body
    const agents = needAgents(parts)
    const agent = readName(name)
    const target = readDigest('to', to)
    const shown = from === undefined ? undefined : readDigest('from', from)
    const what = `${agent} to ${target.slice(0, 12)}`
    return audited(call, parts, { action: 'rollback', what }, () => agents.rollback(agent, target, shown))
  },
}

function needAgents({ agents }: Parts): Agents {
  if (agents === undefined) throw new ConsoleError('CONSOLE_NO_AGENTS')
  return agents
}

// The Fleet package knows what a name is; here it only has to be one.
function readName(value: unknown): string {
  return typeof value === 'string' && value !== '' && value.length <= 255
    ? value
    : invalidRequest('name must be a text of at most 255 characters')
}

function readDigest(name: string, value: unknown): string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
    ? value
    : invalidRequest(`${name} must be a digest of 64 hexadecimal digits`)
}
