import { createInvoratecClient, ensureWebhooks, PlatformError, type EnsureReport } from '@sallyport/platforms'
import { SandboxError } from '@sallyport/sandbox'
import { expectStep, type Step } from '../../step.ts'
import type { Chapter } from '../chapter.ts'
import { deployWebhook } from '../deploy-webhook.ts'
import type { World } from '../world.ts'

/** Registers everything there is to register, twice. */
export async function subscribe(world: World): Promise<Chapter> {
  const { sandbox } = world
  const first = await ensureBoth(world)
  const second = await ensureBoth(world)
  const webhook = sandbox.fleet.register(deployWebhook(world.server.url))
  return {
    title: 'Subscriptions on all three platforms, over their management APIs',
    steps: [
      ...first.map((report) => toStep(`${report.platform}: every event type`, report, 'registered')),
      ...second.map((report) => toStep(`${report.platform}: the same again`, report, 'unchanged')),
      expectStep('fleet: a webhook with a token and a form', webhook.fields.map(({ name }) => name).join(', '), fields),
      expectStep(
        'fleet: a webhook over plain HTTP',
        refusalOf(() => sandbox.fleet.register(deployWebhook(away))),
        'VALUE_INVALID',
      ),
      await subscribeWithReadKey(world),
    ],
  }
}

const fields = 'notes, environment, dry_run'
const away = 'http://agents.example.com'

function ensureBoth({ sandbox, sonzai, invoratec, secrets, server }: World): Promise<EnsureReport[]> {
  const urls = { sonzai: `${server.url}/webhooks/sonzai`, invoratec: `${server.url}/webhooks/invoratec` }
  return Promise.all([
    ensureWebhooks(
      sonzai,
      sandbox.sonzai.eventTypes.map((eventType) => ({ eventType, url: urls.sonzai })),
      { store: secrets },
    ),
    ensureWebhooks(
      invoratec,
      sandbox.invoratec.eventTypes.map((eventType) => ({ eventType, url: urls.invoratec })),
      { store: secrets },
    ),
  ])
}

function toStep(name: string, { ok, webhooks }: EnsureReport, wanted: string): Step {
  const actions = [...new Set(webhooks.map(({ action }) => action))].join(', ')
  const text = (action: string): string => `${webhooks.length} ${action}, every secret known`
  return expectStep(name, ok ? text(actions) : `${actions}, secrets missing`, text(wanted))
}

async function subscribeWithReadKey({ sandbox, server }: World): Promise<Step> {
  const client = createInvoratecClient({ apiKey: 'claw_sandbox_read', baseUrl: sandbox.invoratec.url })
  const name = 'invoratec: a key that may only read'
  try {
    await client.webhooks.register({ event: 'tool.executed', url: `${server.url}/webhooks/invoratec` })
    return expectStep(name, 'subscribed', 'PLATFORM_FORBIDDEN')
  } catch (error) {
    return expectStep(name, PlatformError.is(error) ? error.code : String(error), 'PLATFORM_FORBIDDEN')
  }
}

function refusalOf(work: () => unknown): string {
  try {
    work()
    return 'accepted'
  } catch (error) {
    return SandboxError.is(error) ? error.code : String(error)
  }
}
