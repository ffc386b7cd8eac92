import { ensureWebhooks, type EnsureReport } from '@sallyport/platforms'
import type { Story } from './story.ts'
import { describeAttempts, type World } from './world.ts'

const platforms = ['sonzai', 'invoratec'] as const

/** Registers every event type of Sonzai and Invoratec, spread over the four servers. Changes only what differs. */
export function ensureAll({ sandbox, sonzai, invoratec, secrets, servers }: World): Promise<EnsureReport[]> {
  const toWebhooks = (platform: (typeof platforms)[number]) =>
    sandbox[platform].eventTypes.map((eventType, index) => ({
      eventType,
      url: `${servers[index % servers.length]!.url}/webhooks/${platform}`,
    }))
  return Promise.all([
    ensureWebhooks(sonzai, toWebhooks('sonzai'), { store: secrets }),
    ensureWebhooks(invoratec, toWebhooks('invoratec'), { store: secrets }),
  ])
}

/** The platforms learn where to send their events. */
export async function registerWebhooks(story: Story, world: World): Promise<void> {
  story.chapter(
    'Three platforms, four servers',
    `Sonzai, Invoratec and LangSmith Fleet run in a sandbox on this computer. So do four receivers: Express, Koa, Fastify,
    and one for plain Request and Response objects. The platforms' own APIs register the webhooks.`,
  )
  const count = (reports: readonly EnsureReport[], isCounted = (_action: string): boolean => true): string => {
    const failed = reports.find(({ ok }) => !ok)
    const webhooks = reports.flatMap((report) => report.webhooks)
    return failed ? String(failed) : `${webhooks.filter(({ action }) => isCounted(action)).length} webhooks`
  }
  const first = await ensureAll(world)
  story.check('Sonzai: one per event type, each with a secret', count(first.slice(0, 1)), '32 webhooks')
  story.check('Invoratec: the same', count(first.slice(1)), '10 webhooks')
  await story.step('unchanged when run again, as at every deploy', '42 webhooks', async () =>
    count(await ensureAll(world), (action) => action === 'unchanged'),
  )
  await story.step('Fleet: a deploy button per server, with a token', '4 webhooks', async () => {
    for (const { name, url } of world.servers) addDeployWebhook(world, `Deploy (${name})`, url)
    return `${world.sandbox.fleet.list().length} webhooks`
  })
}

function addDeployWebhook({ sandbox, fleetToken }: World, name: string, url: string): void {
  sandbox.fleet.register({
    name,
    url: `${url}/webhooks/fleet`,
    headers: { Authorization: `Bearer ${fleetToken}` },
    form_schema: {
      fields: [
        { name: 'environment', label: 'Environment', type: 'string' },
        { name: 'dry_run', label: 'Dry run', type: 'boolean', default: true },
      ],
    },
  })
}

/** Every event type happens once. */
export async function receiveEverything(story: Story, { sandbox, servers }: World): Promise<void> {
  story.chapter(
    'Every event type arrives',
    'Each delivery is verified over its exact bytes before anything parses it. Then its handler runs, with typed data.',
  )
  const deliveries = platforms.flatMap((platform) =>
    sandbox[platform].eventTypes.flatMap((eventType) => sandbox[platform].trigger(eventType)),
  )
  for (const { name, url, handled } of servers) {
    const own = deliveries.filter((delivery) => delivery.url.startsWith(`${url}/`))
    const types = platforms.map((each) => own.filter(({ platform }) => platform === each).length)
    const step = `${name}: ${types[0]} event types of Sonzai, ${types[1]} of Invoratec`
    await story.step(step, `${own.length} × 200 handled`, async () => {
      const answers = await Promise.all(own.map(async ({ finished }) => describeAttempts(await finished)))
      const other = answers.find((answer) => answer !== '200 handled')
      return other ?? `${new Set(handled).size} × 200 handled`
    })
  }
}
