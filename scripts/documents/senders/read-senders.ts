import { join } from 'node:path'
import type { Provider } from 'sallyport'
import type { Fixture } from 'sallyport/testing'
import { readManifest } from '../../packages.ts'
import { root } from '../../run-command.ts'

/** A sender that `sallyport` exports. */
export interface Sender {
  /** As in `sallyport/providers/<name>`. */
  readonly name: string
  readonly module: string
  /** The function that makes its provider. */
  readonly factory: string
  readonly provider: Provider
  /** Whether it needs no option. */
  readonly isPlain: boolean
  readonly fixtures: Readonly<Record<string, Fixture>>
}

/** Options of providers that need some: of tests, and of the table in docs/senders.md. */
export const sampleOptions: Readonly<Record<string, object>> = {
  'aws-sns': { topicArn: 'arn:aws:sns:eu-central-1:123456789012:orders' },
  paypal: { webhookId: '4JH86294D6297924G' },
  'google-pubsub': {
    audience: 'https://example.com/webhooks/pubsub',
    serviceAccount: 'push@project.iam.gserviceaccount.com',
  },
  livekit: { apiKey: 'API2xKm8Qz' },
  plaid: { key: () => Promise.reject(new Error('a sample fetches no key')) },
  mailgun: { acceptUnsignedEvent: true },
  hubspot: { origin: 'https://example.com' },
  square: { notificationUrl: 'https://example.com/webhooks/square' },
  'standard-webhooks': { events: {} },
  twilio: { origin: 'https://example.com' },
}

/** Options that a provider works without, for what the table says of it. */
const shownOptions: Readonly<Record<string, object>> = {
  meta: { verifyToken: 'example-verify-token' },
  notion: { receiveVerificationToken: () => {} },
}

const source = join(root, 'packages', 'sallyport', 'src')

/** The names of all senders: the entries `./providers/*` of `sallyport`. */
export function listSenderNames(): string[] {
  const { exports } = readManifest(join(root, 'packages', 'sallyport'))
  const folder = './providers/'
  return Object.keys(exports)
    .flatMap((entry) => (entry.startsWith(folder) ? [entry.slice(folder.length)] : []))
    .toSorted()
}

/** `standard-webhooks` as `standardWebhooks`. */
export function toFactory(name: string): string {
  return name.replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase())
}

/**
 * Loads every sender with its fixtures.
 *
 * @throws Error for a sender without a provider function, fixtures or facts
 */
export async function readSenders(): Promise<Sender[]> {
  const senders: Sender[] = []
  for (const name of listSenderNames()) {
    const factory = toFactory(name)
    // From the files: what is written meanwhile names them all.
    const provided = (await import(join(source, 'providers', `${name}.ts`))) as Record<string, unknown>
    const made = (await import(join(source, 'testing', 'fixtures', `${name}.ts`))) as Record<string, unknown>
    const create = provided[factory] as ((options?: object) => Provider) | undefined
    const fixtures = made[`${factory}Fixtures`] as Sender['fixtures'] | undefined
    if (typeof create !== 'function') throw new Error(`providers/${name}.ts exports no ${factory}()`)
    if (fixtures === undefined) throw new Error(`testing/fixtures/${name}.ts exports no ${factory}Fixtures`)
    const options = sampleOptions[name]
    const provider = create(options ?? shownOptions[name])
    if (provider.about === undefined) throw new Error(`${factory}() says nothing about its sender: add "about"`)
    const isPlain = options === undefined
    senders.push({ name, module: `sallyport/providers/${name}`, factory, provider, isPlain, fixtures })
  }
  return senders
}
