/**
 * What `pullBundle` needs of a LangSmith client. `Client` of the npm package `langsmith` (0.5.23 or newer) fits; see
 * https://docs.langchain.com/langsmith/manage-contexts-sdk, read in November 2026.
 *
 * @example
 * import { Client } from 'langsmith'
 * const client: ContextHubClient = new Client()
 */
export interface ContextHubClient {
  /** Resolves with `commit_hash`, `commit_id` and `files`: entries by path. */
  pullAgent(identifier: string, options?: { version?: string }): Promise<unknown>
  /** Resolves as `pullAgent` does. */
  pullSkill(identifier: string, options?: { version?: string }): Promise<unknown>
}

/** The commit a bundle was pulled from. `deployBundle` keeps it in the manifest, each text cut to 320 characters. */
export interface BundleCommit {
  /** Handle of the repository, with its owner where one was given. */
  readonly repo: string
  readonly type: 'agent' | 'skill'
  /** Hash of the commit, as LangSmith returned it. */
  readonly hash: string
  /** Who made it, as the commit's event says. */
  readonly author?: string | undefined
  /** When it was made, as the commit's event says: RFC 3339. */
  readonly createdAt?: string | undefined
}
