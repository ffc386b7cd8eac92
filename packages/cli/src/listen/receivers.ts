import {
  createReceiver,
  RejectError,
  type Delivery,
  type Provider,
  type Receiver,
  type SecretSource,
  type WebhookEvent,
} from 'sallyport'
import type { Diagnosis } from 'sallyport/diagnose'
import type { Inbox } from 'sallyport/inbox'
import {
  checkPolicy,
  deployBundle,
  definePolicy,
  isDryRun,
  toDeploymentName,
  type FleetPublish,
} from '@sallyport/fleet'
import type { SallyportConfig } from '../config/config-schema.ts'
import type { ChosenProvider } from '../choose-provider.ts'
import { noteLabel } from './exchange.ts'

/** What to do with events. */
export interface ReceiverPlan {
  readonly config: SallyportConfig
  readonly inbox: Inbox | undefined
  /** Folder to deploy Fleet agents to. */
  readonly deploy: string | undefined
  readonly onEvent: (event: WebhookEvent) => void
  /** What events are, by id, where their type does not say: for the results of the inbox. */
  readonly labels: Map<string, string>
  readonly onDeployed: (deployed: {
    readonly name: string
    readonly digest: string
    readonly changed: boolean
    readonly unsynced?: string | undefined
  }) => void
  /** Called for a dry run: the bundle may be deployed, and was not. */
  readonly onChecked: (checked: { readonly name: string; readonly digest: string }) => void
}

/** A path, and what checks the deliveries to it. */
export interface Mounted {
  readonly name: string
  readonly path: string
  /** `undefined` without a secret: then deliveries are only forwarded. */
  readonly receiver: Receiver | undefined
  /** Whether the configuration names it. */
  readonly isConfigured: boolean
  /** Its headers that hold a signature or a credential. */
  readonly secretHeaders: readonly string[]
  /** Says why a delivery does not verify, where the secrets are known. */
  readonly explain?: ((delivery: Delivery) => Promise<Diagnosis>) | undefined
}

/** Where a provider is received. */
export const pathOf = ({ name, settings }: ChosenProvider): string => settings.path ?? `/webhooks/${name}`

/** Whether the configuration names a provider. */
export const isNamed = (name: string, config: SallyportConfig): boolean => Object.hasOwn(config.providers ?? {}, name)

/** A provider without a receiver. */
export function toMounted(chosen: ChosenProvider, { config }: ReceiverPlan): Mounted {
  const { name, provider } = chosen
  const isConfigured = isNamed(name, config)
  const { secretHeaders } = provider.scheme
  return { name, path: pathOf(chosen), receiver: undefined, isConfigured, secretHeaders }
}

/** Creates the receiver of a provider. */
export function mount(chosen: ChosenProvider, secret: SecretSource, plan: ReceiverPlan): Mounted {
  const { name, provider, settings } = chosen
  const receiver = createReceiver(name === 'fleet' ? withLabel(provider) : provider, {
    secret,
    toleranceMs: settings.toleranceMs,
    maxBodyBytes: settings.maxBodyBytes,
    inbox: plan.inbox,
    // print-exchanges.ts prints instead.
    log: false,
  })
  receiver.onAny(async (event) => {
    plan.onEvent(event)
    if (name === 'fleet' && plan.inbox !== undefined) keepLabel(plan.labels, event)
    if (name === 'fleet' && plan.deploy !== undefined) await deploy(event.data as FleetPublish, plan.deploy, plan)
  })
  receiver.onUnknown((event) => plan.onEvent(event))
  // The delivery channel reports errors; see exchange.ts.
  receiver.onError(() => {})
  return { ...toMounted(chosen, plan), receiver }
}

/** Every event of Fleet has the type `*`: what it is says its action. */
function withLabel(provider: Provider): Provider {
  return {
    ...provider,
    identify(signed) {
      const { action, agent, input } = signed.body as Record<string, unknown>
      if (typeof action === 'string') noteLabel(toFleetLabel(action, agent, input))
      return provider.identify(signed)
    },
  }
}

function keepLabel(labels: Map<string, string>, { id, data }: WebhookEvent): void {
  const { action, agent, input } = data as FleetPublish
  labels.set(id, toFleetLabel(action, agent, input))
}

/** As `Publish "Meeting Preparer" (dry run)`. */
export function toFleetLabel(action: string, agent: unknown, input: unknown): string {
  const { name } = (agent ?? {}) as { readonly name?: unknown }
  const dry = typeof input === 'object' && input !== null && isDryRun(input as FleetPublish['input'])
  return `${action}${typeof name === 'string' ? ` "${name}"` : ''}${dry ? ' (dry run)' : ''}`
}

async function deploy(
  { action, bundle, input, publisher }: FleetPublish,
  root: string,
  { config, onDeployed, onChecked }: ReceiverPlan,
): Promise<void> {
  const report = await checkPolicy(bundle, definePolicy(config.policy ?? {}))
  if (!report.ok) throw new RejectError(report.findings.map(({ message }) => message).join('; '))
  if (isDryRun(input)) onChecked({ name: toDeploymentName(undefined, bundle.config.name), digest: bundle.digest })
  else onDeployed(await deployBundle(bundle, root, { action, publisher }))
}
