import { createHash, randomUUID } from 'node:crypto'
import { fixtures } from 'sallyport/testing'
import { invalidValue } from '../error.ts'
import type { HubCommit } from '../state/state.ts'
import type { FileChange } from './commits.ts'

/** The event of a commit. */
export const commitEventType = 'context_hub.commit.created.v1'

/** The documented events of the Engine. */
export const engineEventTypes: readonly string[] = ['issue.created', 'issue.trace.added', 'issue.agent_run.failed']

/** Members of an Engine event; they override those of a realistic example. */
export interface EngineEventData {
  /** Members of `data.object`. */
  readonly object?: Readonly<Record<string, unknown>> | undefined
  /** Members of `data.trace`, of `issue.trace.added` only. */
  readonly trace?: Readonly<Record<string, unknown>> | undefined
  /** Shared by the events of one action. @default random */
  readonly requestId?: string | undefined
}

/** Creates the body of a commit's event. */
export function toCommitBody(commit: HubCommit, changes: readonly FileChange[], now: number): Record<string, unknown> {
  const { type, handle, hash, parent, author, createdAt } = commit
  return {
    id: randomUUID(),
    type: commitEventType,
    created: Math.floor(now / 1000),
    data: {
      commit: {
        repo_id: toUuid(`${type}/${handle}`),
        repo_handle: handle,
        repo_type: type,
        commit_hash: hash,
        // Left out for the first commit.
        parent_commit_hash: parent,
        created_at: createdAt,
        created_by: author,
        url: `https://smith.langchain.com/context/${handle}/${hash.slice(0, 8)}`,
        files_changed: changes,
      },
    },
  }
}

/** Creates the body of an Engine event. @throws SandboxError `VALUE_INVALID` for another type */
export function toEngineBody(
  type: string,
  { object, trace, requestId = randomUUID() }: EngineEventData,
  now: number,
): Record<string, unknown> & { readonly data: EngineData } {
  if (!engineEventTypes.includes(type)) throw invalidValue('type', `is not one of ${engineEventTypes.join(', ')}`)
  const example = fixtures['langsmith']![type]!({ now: new Date(now), id: randomUUID(), type }) as EngineBody
  const data = {
    object: { ...example.data.object, ...object },
    ...(example.data.trace ? { trace: { ...example.data.trace, ...trace } } : undefined),
  }
  return { ...example, request_id: requestId, data }
}

interface EngineData {
  readonly object: Readonly<Record<string, unknown>>
  readonly trace?: Readonly<Record<string, unknown>> | undefined
}

type EngineBody = Record<string, unknown> & { readonly data: EngineData }

function toUuid(text: string): string {
  const digits = createHash('sha256').update(text).digest('hex')
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-')
}
