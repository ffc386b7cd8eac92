import { isDryRun } from '@sallyport/fleet'
import { Hono } from 'hono'
import { SallyportError } from 'sallyport'
import * as z from 'zod'
import type { TriggeredDelivery } from '../delivery/delivery.ts'
import { invalidValue, SandboxError } from '../error.ts'
import { invoratecEventTypes } from '../invoratec/events.ts'
import { commitEventType, engineEventTypes } from '../langsmith/events.ts'
import { guardForms } from '../pages/guard-forms.ts'
import type { Platforms } from '../platforms.ts'
import { sonzaiEventTypes } from '../sonzai/webhooks.ts'
import type { Attempt, SandboxState } from '../state/state.ts'
import { readBody } from './read-request.ts'

// Shorter than clients wait for an answer.
const longestWaitMs = 240_000

const Trigger = z.strictObject({
  /** An event type; for Fleet the name or id of a webhook. */
  event: z.string().min(1),
  /** Fields of the event; for Fleet the values of the form. */
  data: z.record(z.string(), z.unknown()).default({}),
  /** The agent that Fleet publishes, or that a commit is of. */
  agent: z.string().optional(),
  /** The skill that a commit is of. */
  skill: z.string().optional(),
  author: z.string().optional(),
  /** Ticks the field of Fleet's form that asks for a dry run. */
  dryRun: z.boolean().default(false),
  faults: z.array(z.string()).default([]),
  waitMs: z.int().min(0).max(longestWaitMs).default(0),
})

type Trigger = z.output<typeof Trigger>

/** What a trigger made. */
interface Triggered {
  readonly deliveries: readonly TriggeredDelivery[]
  /** Hash of the commit, if it made one. */
  readonly commit?: string | undefined
}

/**
 * What the pages do, for programs: `GET /trigger` lists what can be triggered, `POST /trigger/<platform>` triggers it and waits.
 * As with a form, a POST must have the sandbox's own `Origin`, which no other page can send.
 */
export function createTriggers(platforms: Platforms, state: SandboxState): Hono {
  const app = new Hono()
  const make = toMakers(platforms)
  app.use(guardForms)
  app.get('/', async (context) => context.json(await list(platforms)))
  app.post('/:platform', async (context) => {
    const name = context.req.param('platform')
    if (!Object.hasOwn(make, name)) throw new SandboxError('NOT_FOUND', `there is no platform "${name}"`)
    const wanted = await readBody(context, Trigger)
    const { deliveries, commit } = await make[name as keyof typeof make](wanted)
    const results = await collect(deliveries, wanted.waitMs)
    const answer = deliveries.map(({ id, eventType, url }) => ({
      id,
      eventType,
      url,
      status: results.get(id) ?? 'pending',
      attempts: state.attempts.filter(({ deliveryId }) => deliveryId === id).map(toShown),
    }))
    return context.json({ platform: name, event: wanted.event, commit, deliveries: answer })
  })
  app.onError((error, context) => {
    const known = SandboxError.is(error) || SallyportError.is(error)
    const status = SandboxError.is(error) ? error.status : 500
    const answer = known ? { code: error.code, message: error.message } : { code: 'INTERNAL', message: 'it failed' }
    return context.json(answer, (known && status === 500 ? 422 : status) as 422)
  })
  return app
}

function toMakers({ sonzai, invoratec, fleet, langsmith }: Platforms) {
  return {
    sonzai: ({ event, data, faults }: Trigger): Triggered => ({
      deliveries: sonzai.webhooks.trigger(sonzai.projectId, event, { data, faults }),
    }),
    invoratec: ({ event, data, faults }: Trigger): Triggered => ({
      deliveries: invoratec.webhooks.trigger(event, { data, faults }),
    }),
    async fleet({ event, data, agent, dryRun, faults }: Trigger): Promise<Triggered> {
      const found = fleet.webhooks.list().filter(({ id, name }) => id === event || name === event)
      if (found.length > 1) throw invalidValue('event', 'is the name of several webhooks; pass the id of one')
      if (found[0] === undefined) return { deliveries: [] }
      const field = found[0].fields.map((one) => String(one['name'])).find((name) => isDryRun({ [name]: true }))
      if (dryRun && field === undefined)
        throw invalidValue('dryRun', 'needs a field such as "dry_run" in the form of the webhook')
      const input = dryRun ? { ...data, [field!]: true } : data
      const folder = await fleet.agents.find(agent ?? (await onlyOne('agent', fleet.agents.list())))
      return { deliveries: [await fleet.webhooks.run(found[0].id, { folder, input, faults })] }
    },
    async langsmith({ event, data: object, agent, skill, author, faults }: Trigger): Promise<Triggered> {
      if (event !== 'commit' && event !== commitEventType)
        return { deliveries: langsmith.webhooks.trigger(event, { object, faults }) }
      if (agent !== undefined && skill !== undefined) throw invalidValue('skill', 'and agent cannot both be given')
      const type = skill === undefined ? 'agent' : 'skill'
      const handle = agent ?? skill ?? (await onlyOne('agent', langsmith.repos.list('agent')))
      const { hash, deliveries } = await langsmith.webhooks.commit(handle, { type, author, faults })
      return { deliveries, commit: hash }
    },
  }
}

/** The only one of a list, so that it need not be named. */
async function onlyOne(what: string, names: Promise<readonly string[]>): Promise<string> {
  const found = await names
  if (found.length === 1) return found[0]!
  const which = found.length === 0 ? 'start the sandbox with --agents' : `it must be one of ${found.join(', ')}`
  throw invalidValue(what, `is missing: ${which}`)
}

async function list({ sonzai, invoratec, fleet, langsmith }: Platforms) {
  const [agents, hubAgents, skills] = await Promise.all([
    fleet.agents.list(),
    langsmith.repos.list('agent'),
    langsmith.repos.list('skill'),
  ])
  const registered = sonzai.webhooks.list(sonzai.projectId).map(({ eventType }) => eventType)
  const wanted = invoratec.webhooks.list(invoratec.developerId).map(({ event }) => event)
  const hooks = langsmith.webhooks.list()
  const commits = hooks.some(({ kind }) => kind === 'context-hub') ? ['commit'] : []
  return {
    sonzai: { events: [...new Set([...sonzaiEventTypes, ...registered])], registered },
    invoratec: { events: invoratecEventTypes, registered: [...new Set(wanted)] },
    fleet: { webhooks: fleet.webhooks.list().map(({ id, name, url }) => ({ id, name, url })), agents },
    langsmith: {
      events: ['commit', ...engineEventTypes],
      registered: [
        ...commits,
        ...new Set(hooks.flatMap(({ kind, eventTypes }) => (kind === 'engine' ? eventTypes : []))),
      ],
      agents: hubAgents,
      skills,
    },
  }
}

/** Waits until each delivery is delivered or has failed for good, at most so long. */
async function collect(deliveries: readonly TriggeredDelivery[], waitMs: number): Promise<ReadonlyMap<string, string>> {
  const results = new Map<string, string>()
  const all = deliveries.map(async ({ id, finished }) => void results.set(id, (await finished).status))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, waitMs)))
  await Promise.race([Promise.all(all), late])
  clearTimeout(timer)
  return results
}

function toShown({ attemptNumber, responseCode, durationMs, status, errorMessage, faults }: Attempt) {
  return { attemptNumber, responseCode, durationMs, status, errorMessage, faults }
}
