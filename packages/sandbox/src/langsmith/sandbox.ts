import type { DeliveryAttempt, TriggeredDelivery } from '../delivery/delivery.ts'
import type { FaultInput } from '../delivery/faults.ts'
import type { CompleteKeys } from '../keys.ts'
import type { LangsmithWebhook } from '../state/state.ts'
import type { Repos, RepoType } from './repos.ts'
import type { LangsmithCommit, LangsmithTrigger, LangsmithWebhooks } from './webhooks.ts'

/** A LangSmith webhook to register. */
export interface LangsmithWebhookOptions {
  /** `context-hub` gets every commit of an agent or a skill, `engine` gets issues. @default 'context-hub' */
  readonly kind?: 'context-hub' | 'engine' | undefined
  /** HTTPS, or this computer. */
  readonly url: string
  /** Custom headers, such as `Authorization`. @default {} */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Engine: the event types it gets. @default ['issue.created'] */
  readonly eventTypes?: readonly string[] | undefined
  /** Engine: the least urgent severity it gets, 0 (urgent) to 3. @default 3 */
  readonly severityThreshold?: number | undefined
}

/** A registered webhook, without its secret and the values of its headers. */
export interface LangsmithWebhookView {
  readonly id: string
  readonly kind: 'context-hub' | 'engine'
  readonly url: string
  readonly headers: readonly string[]
  readonly eventTypes: readonly string[]
  readonly severityThreshold: number
}

/** A webhook with its signing secret. */
export interface LangsmithWebhookSecret extends LangsmithWebhookView {
  readonly signingSecret: string
}

/** LangSmith in the sandbox: signed webhooks, and the Context Hub over folders on disk. */
export interface LangsmithSandbox {
  /** `apiUrl` for the client of the npm package `langsmith`. */
  readonly url: string
  /** A key of the API; the same as Fleet's. */
  readonly apiKey: string
  /** Lists the folders of the option `agents`, or of `skills`. */
  repos(type?: RepoType): Promise<readonly string[]>
  /** Registers a webhook with a new secret. @throws SandboxError `VALUE_INVALID` */
  register(webhook: LangsmithWebhookOptions): LangsmithWebhookSecret
  /** Changes URL or headers; the secret stays. @throws SandboxError `NOT_FOUND`, `VALUE_INVALID` */
  edit(
    id: string,
    changes: Pick<LangsmithWebhookOptions, 'headers'> & { readonly url?: string | undefined },
  ): LangsmithWebhookView
  /** Replaces the secret at once: the old one signs nothing more. @throws SandboxError `NOT_FOUND` */
  rollSecret(id: string): LangsmithWebhookSecret
  /** @throws SandboxError `NOT_FOUND` */
  delete(id: string): void
  /** Lists the webhooks, newest first. */
  list(): readonly LangsmithWebhookView[]
  /** Lists the delivery attempts, newest first. */
  attempts(id?: string): readonly DeliveryAttempt[]
  /** Replaces the faults of one webhook. @throws SandboxError `NOT_FOUND` */
  setFaults(id: string, faults: readonly FaultInput[]): void
  /**
   * Commits a folder as it is now, and sends an event to every webhook for commits. `pullAgent` and `pullSkill` find the commit by its
   * hash, also after the folder changed.
   *
   * @throws SandboxError `NOT_FOUND` for the folder, `VALUE_INVALID` when nothing changed or a file is no text
   */
  commit(
    handle: string,
    commit?: LangsmithCommit,
  ): Promise<{ readonly hash: string; readonly deliveries: readonly TriggeredDelivery[] }>
  /** Sends an Engine event to every webhook that wants it. @throws SandboxError `VALUE_INVALID` for another type */
  trigger(type: string, options?: LangsmithTrigger): readonly TriggeredDelivery[]
}

/** Creates `sandbox.langsmith`. */
export function toLangsmithSandbox(
  webhooks: LangsmithWebhooks,
  repos: Repos,
  [key]: CompleteKeys['fleet'],
  url: string,
): LangsmithSandbox {
  return {
    url,
    apiKey: key!.key,
    repos: (type = 'agent') => repos.list(type),
    register: (webhook) => withSecret(webhooks.register(webhook)),
    edit: (id, changes) => toView(webhooks.edit(id, changes)),
    rollSecret: (id) => withSecret(webhooks.rollSecret(id)),
    delete: (id) => webhooks.remove(id),
    list: () => webhooks.list().map(toView),
    attempts: (id) => webhooks.attempts(id),
    setFaults: (id, faults) => webhooks.setFaults(id, faults),
    commit: (handle, commit = {}) => webhooks.commit(handle, commit),
    trigger: (type, options = {}) => webhooks.trigger(type, options),
  }
}

function withSecret(webhook: LangsmithWebhook): LangsmithWebhookSecret {
  return { ...toView(webhook), signingSecret: webhook.secret }
}

function toView({ id, kind, url, headers, eventTypes, severityThreshold }: LangsmithWebhook): LangsmithWebhookView {
  return { id, kind, url, headers: Object.keys(headers), eventTypes, severityThreshold }
}
