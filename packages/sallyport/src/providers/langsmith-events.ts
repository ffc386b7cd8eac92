import type { EventsOf } from '../verify/provider.ts'
import * as z from 'zod'

// The documents promise the members that name an agent, an issue or a trace. Every other one may be null or absent, and
// members they do not know yet are kept: "new fields may be added to existing event types without notice".
const text = z.string().nullish()

/** A path that a commit changed; `action` is documented as `added`, `modified` or `removed`. */
const FileChange = z.looseObject({ path: z.string(), action: text })

/** A commit of an agent or a skill; `repo_type` is documented as `agent` or `skill`. */
export const ContextHubCommit = z.looseObject({
  repo_handle: z.string(),
  repo_type: z.string(),
  commit_hash: z.string(),
  repo_id: text,
  parent_commit_hash: text,
  created_at: text,
  created_by: text,
  url: text,
  files_changed: z.array(FileChange).nullish(),
})

const workspace = { tenant_id: text, tenant_name: text, session_id: text, session_name: text, url: text }

/** The issue when the event was made. `severity` is 0 (urgent) to 3 (low). */
export const EngineIssue = z.looseObject({
  ...workspace,
  id: z.string(),
  name: text,
  description: text,
  severity: z.number().nullish(),
})

/** A trace that was linked to an issue. */
export const EngineTrace = z.looseObject({ run_id: text, trace_id: text, start_time: text, comment: text })

/** A run of the Engine that failed. */
export const EngineFailure = z.looseObject({
  ...workspace,
  thread_id: text,
  run_id: text,
  status: text,
  error_message: text,
  occurred_at: text,
})

// Shared by all events of one action; beside `data` in the body.
const request = { request_id: text }

/** Schemas of `event.data` by event type: those of Context Hub and of the Engine. */
export const langsmithEvents = {
  'context_hub.commit.created.v1': z.looseObject({ commit: ContextHubCommit }),
  'issue.created': z.looseObject({ ...request, object: EngineIssue }),
  'issue.trace.added': z.looseObject({ ...request, object: EngineIssue, trace: EngineTrace.nullish() }),
  'issue.agent_run.failed': z.looseObject({ ...request, object: EngineFailure }),
} as const

/** Data types by event type. */
export type LangsmithEvents = EventsOf<typeof langsmithEvents>
