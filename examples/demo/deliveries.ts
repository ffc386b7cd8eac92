import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery, type SignedDelivery, type SignOptions } from 'sallyport/testing'
import { runSallyport } from './run-program.ts'
import type { Story } from './story.ts'
import { atEach, describeAnswer, type World } from './world.ts'

/** Genuine and hostile deliveries, each to all four servers. */
export async function sendDeliveries(story: Story, world: World): Promise<void> {
  const { servers } = world
  story.chapter(
    'Genuine, forged, stale and malformed deliveries',
    `Each goes to all four servers, and all four must give the same answer. Every error has a stable code that says what
    was wrong, and never shows the secret or the payload. docs/errors.md explains the codes.`,
  )
  const secrets = { sonzai: await readSecret(world, 'sonzai'), invoratec: await readSecret(world, 'invoratec') }
  const handledBefore = servers.map(({ handled }) => handled.length)
  for (const [expected, step, delivery] of makeDeliveries(secrets)) {
    await story.step(step, expected, () => atEach(servers, ({ url }) => send(url, delivery)))
  }
  const runs = new Set(servers.map(({ handled }, index) => handled.length - handledBefore[index]!))
  story.check('per server: for the genuine one, and no other', `${[...runs].join(' or ')} handler ran`, '1 handler ran')

  await story.step('`sallyport send`: 100 deliveries, half forged', '100 right answers', async () => {
    const args = ['send', 'invoratec', 'alert.triggered', '--to', servers[1]!.url, '--times', '100']
    const faults = ['--fault', 'wrong-signature:0.5']
    const record = await runSallyport(world.folder, [...args, ...faults], {
      INVORATEC_WEBHOOK_SECRET: secrets.invoratec,
    })
    const { sent, surprises } = record as { sent: number; surprises: readonly { count: number }[] }
    return `${sent - surprises.reduce((sum, { count }) => sum + count, 0)} right answers`
  })
}

/** The newest signing secret of a platform's first webhook. */
async function readSecret({ secrets }: World, platform: string): Promise<string> {
  const name = (await secrets.names()).find((one) => one.startsWith(`${platform}:`)) ?? platform
  return (await secrets.get(name))?.secrets.at(-1)?.secret ?? ''
}

type Sent = Pick<SignedDelivery, 'method' | 'url' | 'plainHeaders' | 'body'>
type Row = readonly [expected: string, step: string, delivery: Sent]

function makeDeliveries(secrets: { readonly sonzai: string; readonly invoratec: string }): Row[] {
  const now = Date.now()
  const later = (minutes: number): number => now + minutes * 60_000
  const sign = (options: Partial<SignOptions> = {}): SignedDelivery =>
    signDelivery(sonzai(), { secret: secrets.sonzai, type: 'on_wakeup_ready', url: '/webhooks/sonzai', ...options })
  const withHeaders = (delivery: Sent, headers: Readonly<Record<string, string>>): Sent => ({
    ...delivery,
    plainHeaders: { ...delivery.plainHeaders, ...headers },
  })
  const header = 'Sonzai-Signature'
  const genuine = sign()
  const { [header]: signature = '', ...unsigned } = genuine.plainHeaders
  const captured = sign({ now: later(-10) })
  const rewritten = captured.plainHeaders[header]!.replace(/t=\d+/, `t=${Math.floor(now / 1000)}`)
  const alert = signDelivery(invoratec(), {
    secret: secrets.invoratec,
    type: 'alert.triggered',
    url: '/webhooks/invoratec',
  })
  return [
    ['200 handled', 'genuine: the handler runs', genuine],
    ['200 duplicate', 'the same bytes again: answered, not handled', genuine],
    ['401 SIGNATURE_MISMATCH', 'forged: signed with a guessed secret', sign({ secret: 'whsec_guessed' })],
    ['401 SIGNATURE_MISMATCH', 'altered: one bit of the body flipped', { ...genuine, body: flipBit(genuine.body) }],
    ['401 SIGNATURE_MISSING', 'not signed at all', { ...genuine, plainHeaders: unsigned }],
    ['401 TIMESTAMP_STALE', 'stale: captured, sent again ten minutes later', captured],
    [
      '401 SIGNATURE_MISMATCH',
      'the same with a new time: it is signed too',
      withHeaders(captured, { [header]: rewritten }),
    ],
    ['401 TIMESTAMP_FUTURE', 'dated ten minutes ahead', sign({ now: later(10) })],
    [
      '400 HEADER_DISAGREES',
      'an unsigned header names another event',
      withHeaders(alert, { 'X-Webhook-Event': 'app.installed' }),
    ],
    [
      '400 SIGNATURE_MALFORMED',
      'malformed: a signature cut short',
      withHeaders(genuine, { [header]: signature.slice(0, -2) }),
    ],
    ['400 BODY_NOT_JSON', 'malformed: signed, but not JSON', sign({ body: '{"event_type":' })],
    ['422 PAYLOAD_INVALID', 'signed, but agent_id is a number', sign({ edit: (body) => ({ ...body, agent_id: 7 }) })],
    ['413 BODY_TOO_LARGE', 'more than 1 MiB, which would fill the memory', sign({ body: 'x'.repeat(2 ** 20 + 1) })],
    ['405 METHOD_NOT_ALLOWED', 'GET instead of POST', { ...genuine, method: 'GET' }],
  ]
}

async function send(origin: string, { url, method, plainHeaders: headers, body }: Sent): Promise<string> {
  const content = method === 'GET' ? {} : { body: Buffer.from(body) }
  const response = await fetch(origin + url, { method, headers, ...content })
  return describeAnswer(response.status, await response.text())
}

function flipBit(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(body)
  copy[copy.length - 3]! ^= 1
  return copy
}
