import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Courier } from '../delivery/courier.ts'
import type { DeliveryAttempt, TriggeredDelivery } from '../delivery/delivery.ts'
import { toFaults, type FaultInput } from '../delivery/faults.ts'
import { SandboxError } from '../error.ts'
import { createId } from '../identifiers.ts'
import type { LangsmithWebhook } from '../state/state.ts'
import type { Store } from '../state/store.ts'
import { checkWebhook, type LangsmithWebhookInput } from './check-webhook.ts'
import type { Commits } from './commits.ts'
import { commitEventType, toCommitBody, toEngineBody, type EngineEventData } from './events.ts'
import { createSecret, sign, toLangsmithRules } from './requests.ts'
import type { RepoType } from './repos.ts'

/** A commit to make. */
export interface LangsmithCommit {
  /** @default 'agent' */
  readonly type?: RepoType | undefined
  /** `created_by` in the event. @default the e-mail address of the option `publisher` */
  readonly author?: string | undefined
  /** Faults of its deliveries. */
  readonly faults?: readonly FaultInput[] | undefined
}

/** Options of `sandbox.langsmith.trigger`. */
export interface LangsmithTrigger extends EngineEventData {
  /** Faults of these deliveries. */
  readonly faults?: readonly FaultInput[] | undefined
}

/** The webhooks of LangSmith, for commits and for the Engine, and their deliveries. */
export interface LangsmithWebhooks {
  register(webhook: LangsmithWebhookInput): LangsmithWebhook
  /** Changes URL or headers; the secret stays. */
  edit(id: string, changes: LangsmithWebhookInput): LangsmithWebhook
  /** Gives a webhook a new secret. The old one signs nothing more, retries included. */
  rollSecret(id: string): LangsmithWebhook
  remove(id: string): void
  /** Newest first. */
  list(): readonly LangsmithWebhook[]
  /** Newest first; without an id, of all webhooks. */
  attempts(id?: string): readonly DeliveryAttempt[]
  setFaults(id: string, faults: readonly FaultInput[]): void
  /** Commits a folder, and tells every webhook for commits. */
  commit(handle: string, commit: LangsmithCommit): Promise<{ hash: string; deliveries: TriggeredDelivery[] }>
  /** Sends an Engine event to every webhook that wants its type and severity. */
  trigger(type: string, options: LangsmithTrigger): TriggeredDelivery[]
}

/** What the webhooks need of the sandbox's options. */
export interface LangsmithSettings {
  readonly author: string
  /** Attempts per delivery. */
  readonly attempts: number
  readonly timeoutMs: number
}

/** Creates the webhooks and sends events to them. */
export function createLangsmithWebhooks(
  { store, clock, courier }: { readonly store: Store; readonly clock: Clock; readonly courier: Courier },
  commits: Commits,
  settings: LangsmithSettings,
): LangsmithWebhooks {
  const { webhooks } = store.state.langsmith
  const find = (id: string) => webhooks.find((webhook) => webhook.id === id)
  const isoNow = (): string => new Date(clock.now()).toISOString()

  function get(id: string): LangsmithWebhook {
    const webhook = find(id)
    if (webhook === undefined) throw new SandboxError('NOT_FOUND', `there is no webhook ${id}`)
    return webhook
  }

  function change(webhook: LangsmithWebhook, changes: Partial<LangsmithWebhook>): LangsmithWebhook {
    Object.assign(webhook, changes, { updatedAt: isoNow() })
    store.changed()
    return webhook
  }

  courier.routes.set('langsmith', {
    retries: true,
    rules: toLangsmithRules(settings),
    find,
    sign: (job, signing) => sign(find(job.target)!, job, signing),
  })

  function sendAll(
    receivers: readonly LangsmithWebhook[],
    eventType: string,
    content: Record<string, unknown>,
    faults: readonly FaultInput[],
  ): TriggeredDelivery[] {
    const checkedFaults = toFaults(faults)
    return receivers.map(({ id: target }) => {
      const job = { id: createId('del'), platform: 'langsmith' as const, target, eventType, content }
      return courier.send({ ...job, faults: checkedFaults, attempts: 0, dueAt: clock.now() })
    })
  }

  return {
    register(input) {
      const now = isoNow()
      const times = { createdAt: now, updatedAt: now }
      const webhook = { id: randomUUID(), ...checkWebhook(input), secret: createSecret(), ...times, faults: [] }
      webhooks.push(webhook)
      store.changed()
      return webhook
    },
    edit(id, changes) {
      const webhook = get(id)
      const { url = webhook.url, headers = webhook.headers } = changes
      return change(webhook, checkWebhook({ ...webhook, url, headers }))
    },
    rollSecret: (id) => change(get(id), { secret: createSecret() }),
    remove(id) {
      webhooks.splice(webhooks.indexOf(get(id)), 1)
      store.changed()
    },
    list: () => webhooks.toReversed(),
    attempts: (id) =>
      store.state.attempts
        .filter(({ platform, target }) => platform === 'langsmith' && (id === undefined || target === id))
        .toReversed(),
    setFaults(id, faults) {
      get(id).faults = toFaults(faults)
      store.changed()
    },
    async commit(handle, { type = 'agent', author = settings.author, faults = [] }) {
      toFaults(faults)
      const { commit, changes } = await commits.make(type, handle, author)
      const receivers = webhooks.filter(({ kind }) => kind === 'context-hub')
      const content = toCommitBody(commit, changes, clock.now())
      return { hash: commit.hash, deliveries: sendAll(receivers, commitEventType, content, faults) }
    },
    trigger(type, { faults = [], ...members }) {
      const content = toEngineBody(type, members, clock.now())
      const { severity } = content.data.object
      const isUrgent = (threshold: number): boolean => typeof severity !== 'number' || severity <= threshold
      const receivers = webhooks.filter(
        ({ kind, eventTypes, severityThreshold }) =>
          kind === 'engine' && eventTypes.includes(type) && isUrgent(severityThreshold),
      )
      return sendAll(receivers, type, content, faults)
    },
  }
}
