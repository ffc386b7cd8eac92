import { createReceiver, RejectError, type Receiver, type SecretSource, type WebhookEvent } from 'sallyport'
import type { Inbox } from 'sallyport/inbox'
import { checkPolicy, deployBundle, definePolicy, type FleetPublish } from '@sallyport/fleet'
import type { SallyportConfig } from '../config/config-schema.ts'
import type { ChosenProvider } from '../choose-provider.ts'

/** What happens to events beside being told of. */
export interface ReceiverPlan {
  readonly config: SallyportConfig
  readonly inbox: Inbox | undefined
  /** Folder that Fleet agents are deployed to. */
  readonly deploy: string | undefined
  readonly onEvent: (event: WebhookEvent) => void
  readonly onDeployed: (deployed: { readonly name: string; readonly digest: string; readonly changed: boolean }) => void
}

/** A receiver and the path it is reached at. */
export interface Mounted {
  readonly name: string
  readonly path: string
  readonly receiver: Receiver
}

/** Makes the receiver of a provider. */
export function mount(chosen: ChosenProvider, secret: SecretSource, plan: ReceiverPlan): Mounted {
  const { name, provider, settings } = chosen
  const receiver = createReceiver(provider, {
    secret,
    toleranceMs: settings.toleranceMs,
    ...(settings.maxBodyBytes === undefined ? undefined : { maxBodyBytes: settings.maxBodyBytes }),
    ...(plan.inbox === undefined ? undefined : { inbox: plan.inbox }),
  })
  receiver.onAny(async (event) => {
    plan.onEvent(event)
    if (name === 'fleet' && plan.deploy !== undefined) await deploy(event.data as FleetPublish, plan.deploy, plan)
  })
  receiver.onUnknown((event) => plan.onEvent(event))
  // Reports are told by the channel; what lasts is told by the command itself.
  receiver.onError(() => {})
  return { name, path: settings.path ?? `/webhooks/${name}`, receiver }
}

async function deploy(
  { action, bundle, publisher }: FleetPublish,
  root: string,
  { config, onDeployed }: ReceiverPlan,
): Promise<void> {
  const report = checkPolicy(bundle, definePolicy(config.policy ?? {}))
  if (!report.ok) throw new RejectError(report.findings.map(({ message }) => message).join('; '))
  onDeployed(await deployBundle(bundle, root, { action, publisher }))
}
