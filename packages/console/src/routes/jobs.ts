import { mostKeys, type Job, type JobList } from '../api.ts'
import { demand } from '../authorize.ts'
import { changedStates, changeKeys, type Change } from '../change-events.ts'
import { ConsoleError, invalidRequest } from '../console-error.ts'
import { toQuery, type ReadQuery } from '../read-query.ts'
import { readKey } from './read-call.ts'
import { needStore, type Call, type Parts, type Route } from './route.ts'

/** Changes of many events: those that run, and those that ended. */
export const jobs: Route = {
  needs: 'see',
  answer: (_call, parts): JobList => ({ jobs: parts.jobs.read() }),
}

/** Starts a change of all events that match, or of chosen ones. */
export const startJob: Route = {
  needs: 'see',
  async answer(call, parts): Promise<Job> {
    const { body } = call
    const action = readAction(body['action'])
    const what = describe(body)
    const entry = { action, what, who: call.visitor.who, remoteAddress: call.remoteAddress }
    if (!call.visitor.actions.has(action)) parts.audit.add({ ...entry, outcome: 'refused' })
    demand(call.visitor, action)
    const { operations } = needStore(parts)
    const plan = body['keys'] === undefined ? await planQuery(call, parts, action) : planKeys(body)
    const job = parts.jobs.start({
      action,
      query: 'read' in plan ? plan.read.query : undefined,
      who: call.visitor.who,
      expected: plan.expected,
      run: (options) =>
        'read' in plan
          ? operations[action](plan.read.filter, options)
          : changeKeys(operations, action, plan.keys, options),
      onEnd: ({ changed, state }) =>
        parts.audit.add({ ...entry, count: changed, outcome: state === 'failed' ? 'failed' : 'done' }),
    })
    // A process that ends before the job does leaves a trace.
    parts.audit.add({ ...entry, count: plan.expected, outcome: 'started' })
    return job
  },
}

/** Ends a job after the step under way. */
export const stopJob: Route = {
  needs: 'see',
  answer(call, parts): Job {
    const id = readKey(call.body['id'])
    const job = parts.jobs.find(id) ?? invalidRequest('there is no such job')
    const entry = { action: 'stop', what: `${job.action} of ${job.expected}`, who: call.visitor.who } as const
    const mayStop = call.visitor.actions.has(job.action)
    parts.audit.add({ ...entry, remoteAddress: call.remoteAddress, outcome: mayStop ? 'done' : 'refused' })
    demand(call.visitor, job.action)
    parts.jobs.stop(id)
    return { ...job }
  },
}

function readAction(value: unknown): Change {
  if (value === 'replay' || value === 'discard') return value
  return invalidRequest('action must be replay or discard')
}

type Plan = { readonly expected: number } & ({ readonly read: ReadQuery } | { readonly keys: readonly string[] })

function planKeys({ keys, expected }: Call['body']): Plan {
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > mostKeys)
    return invalidRequest(`keys must be a list of 1 to ${mostKeys} keys`)
  const read = [...new Set(keys.map(readKey))]
  if (expected !== read.length) invalidRequest('expected must be the number of keys')
  return { keys: read, expected: read.length }
}

/** @throws ConsoleError `CONSOLE_COUNT_CHANGED` where another number was shown than matches now */
async function planQuery({ body }: Call, parts: Parts, action: Change): Promise<Plan> {
  const { expected } = body
  if (typeof expected !== 'number' || !Number.isSafeInteger(expected) || expected < 0)
    return invalidRequest('expected must be the count that was shown')
  const now = parts.settings.now()
  const given = toQuery(body['query'] ?? {}, now)
  const { state } = given.filter
  const states: readonly (string | undefined)[] = changedStates[action]
  if (!states.includes(state)) invalidRequest(`to ${action}, state must be one of ${changedStates[action].join(', ')}`)
  // Events that are stored from now on were not in the count.
  const read: ReadQuery = { ...given, filter: { ...given.filter, until: Math.min(given.filter.until ?? now, now) } }
  const { count } = await needStore(parts).count(read.filter)
  if (count !== expected) throw new ConsoleError('CONSOLE_COUNT_CHANGED', `now ${count}, before ${expected}`, { count })
  return { read, expected }
}

const mostNamed = 20

function describe({ query, keys }: Call['body']): string {
  if (Array.isArray(keys)) {
    // The list cuts it after some.
    const named = keys.filter((key) => typeof key === 'string').slice(0, mostNamed)
    return `${keys.length} chosen ${keys.length === 1 ? 'event' : 'events'}: ${named.join(', ')}`
  }
  const entries = typeof query === 'object' && query !== null ? Object.entries(query) : []
  return entries.map(([name, value]) => `${name} ${toShown(name, value)}`).join(', ') || 'no filter'
}

function toShown(name: string, value: unknown): string {
  if (typeof value !== 'string') return 'is no text'
  const isTime = (name === 'since' || name === 'until') && /^\d{1,15}$/.test(value)
  return isTime ? new Date(Number(value)).toISOString() : value
}
