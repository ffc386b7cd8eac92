import { join } from 'node:path'
import { createReceiver, type Receiver, type ReceiverOptions } from 'sallyport'
import { langsmith, type LangsmithEvents } from 'sallyport/providers/langsmith'
import { fleet, pullBundle, type ContextHubClient, type FleetEvents } from '@sallyport/fleet'
import { reviewAndDeploy } from './deploy.ts'

/** What both receivers need. */
export interface HubSettings extends Pick<ReceiverOptions, 'secret' | 'inbox'> {
  /** Agents go to `<directory>/agent`, skills to `<directory>/skill`. */
  readonly directory: string
  readonly print: (text: string) => void
}

// #region receiver
/** Deploys every agent and skill that is committed to the Context Hub. */
export function createCommitReceiver(client: ContextHubClient, settings: HubSettings): Receiver<LangsmithEvents> {
  const { secret, inbox, directory, print } = settings
  return createReceiver(langsmith(), { secret, inbox }).on('context_hub.commit.created.v1', async ({ data }) => {
    const { repo_handle: repo, repo_type: type, commit_hash, created_by: author, created_at: createdAt } = data.commit
    const { bundle, commit } = await pullBundle({ client, repo, type, commit: commit_hash, author, createdAt })
    const deployed = await reviewAndDeploy(bundle, join(directory, type), { commit }, print)
    print(deployed ? `deployed to ${deployed.path}\n` : `${repo}: a newer commit is deployed already\n`)
  })
}

/** Deploys every agent that Fleet publishes, to the same place. */
export function createPublishReceiver({
  secret,
  directory,
  print,
}: HubSettings): Receiver<FleetEvents<readonly ['*']>> {
  return createReceiver(fleet(), { secret }).on('*', async ({ data: { bundle, action, publisher } }) => {
    const deployed = await reviewAndDeploy(bundle, join(directory, 'agent'), { action, publisher }, print)
    print(`deployed to ${deployed?.path}\n`)
  })
}
// #endregion receiver
