import type { Clock } from './clock.ts'
import type { Courier } from './delivery/courier.ts'
import { createAgents, type Agents } from './fleet/agents.ts'
import { createFleetWebhooks, type FleetWebhooks } from './fleet/webhooks.ts'
import { createInvoratecLogs, type InvoratecLogs } from './invoratec/logs.ts'
import { createInvoratecWebhooks, type InvoratecWebhooks } from './invoratec/webhooks.ts'
import { createInvoratecApiKeys, type InvoratecApiKeys } from './invoratec/api-keys.ts'
import { allows, type CompleteKeys } from './keys.ts'
import { createCommits, type Commits } from './langsmith/commits.ts'
import { createRepos, type Repos } from './langsmith/repos.ts'
import { createLangsmithWebhooks, type LangsmithWebhooks } from './langsmith/webhooks.ts'
import type { SandboxOptions } from './options.ts'
import type { SonzaiParts } from './sonzai/api.ts'
import { createSonzaiNotifications } from './sonzai/notifications.ts'
import { createSonzaiProjectNotifications } from './sonzai/project-notifications.ts'
import { createSonzaiWakeups } from './sonzai/wakeups.ts'
import { createSonzaiWebhooks } from './sonzai/webhooks.ts'
import type { Store } from './state/store.ts'

/** The platforms without HTTP; APIs, pages and programs share them. */
export interface Platforms {
  readonly sonzai: SonzaiParts & {
    /** Project of calls that do not name one. */
    readonly projectId: string
  }
  readonly invoratec: {
    readonly webhooks: InvoratecWebhooks
    readonly logs: InvoratecLogs
    readonly apiKeys: InvoratecApiKeys
    /** Owner of the webhooks that pages and programs use. */
    readonly developerId: string
  }
  readonly fleet: { readonly webhooks: FleetWebhooks; readonly agents: Agents }
  readonly langsmith: { readonly webhooks: LangsmithWebhooks; readonly repos: Repos; readonly commits: Commits }
}

const defaultPublisher = { user_id: '3f0c2a6e-5a0f-4c3b-9f0e-0d8d1c5a7b42', email: 'user@example.com' }

/** Creates the platforms on one state. */
export function createPlatforms(
  { store, clock, courier }: { readonly store: Store; readonly clock: Clock; readonly courier: Courier },
  keys: CompleteKeys,
  options: Pick<SandboxOptions, 'agents' | 'skills' | 'publisher' | 'toolNeeds' | 'retry' | 'timeoutMs'>,
): Platforms {
  const { agents, skills, publisher = defaultPublisher, toolNeeds = {}, retry, timeoutMs } = options
  const webhooks = createSonzaiWebhooks(store, clock, courier)
  const notifications = createSonzaiNotifications(store, clock)
  const wakeups = createSonzaiWakeups(store, clock, webhooks, notifications)
  const logs = createInvoratecLogs(store, clock)
  const repos = createRepos({ agent: agents, skill: skills })
  const commits = createCommits(store, clock, repos)
  const { developerId } = keys.invoratec.find((key) => allows(key, 'write')) ?? keys.invoratec[0]!
  return {
    sonzai: {
      webhooks,
      notifications,
      projectNotifications: createSonzaiProjectNotifications(store, clock),
      wakeups,
      projectId: keys.sonzai[0]!.projectId,
    },
    invoratec: {
      logs,
      apiKeys: createInvoratecApiKeys(store),
      developerId,
      webhooks: createInvoratecWebhooks(store, clock, courier, (call) => logs.add({ ...call, userId: developerId })),
    },
    fleet: {
      webhooks: createFleetWebhooks(store, clock, courier, { publisher, toolNeeds }),
      agents: createAgents(agents),
    },
    langsmith: {
      repos,
      commits,
      webhooks: createLangsmithWebhooks({ store, clock, courier }, commits, {
        author: publisher.email,
        attempts: retry?.attempts ?? 4,
        timeoutMs: timeoutMs ?? 20_000,
      }),
    },
  }
}
