import * as z from 'zod'
import type { EventsOf } from '../verify/provider.ts'
import type { Words } from './event-table.ts'
import { githubEventTypes, type GithubEventType, type GithubRule } from './github-event-types.ts'

// Members that tell events apart are there; a deleted user or repository, or an app's own sender, may be null or shorter.
const part = z.looseObject({})
const repository = z.looseObject({ id: z.number().nullish(), full_name: z.string().nullish() })
const user = z.looseObject({ login: z.string().nullish() })
const common = { repository: repository.nullish(), sender: user.nullish() }

/** Members with a type, beside those of every event and `action`; all others are unknown. */
const typed = {
  ping: { zen: z.string(), hook_id: z.number(), hook: part },
  push: { ref: z.string(), before: z.string(), after: z.string(), commits: z.array(part) },
  create: { ref: z.string(), ref_type: z.string(), master_branch: z.string() },
  delete: { ref: z.string(), ref_type: z.string(), pusher_type: z.string() },
  pull_request_review_comment: { comment: part, pull_request: part },
  pull_request_review: { review: part, pull_request: part },
  pull_request: { number: z.number(), pull_request: part },
  issue_comment: { issue: part, comment: part },
  issues: { issue: part },
  release: { release: part },
  workflow_run: { workflow_run: part },
  workflow_job: { workflow_job: part },
  check_run: { check_run: part },
  check_suite: { check_suite: part },
  deployment_status: { deployment: part, deployment_status: part },
  deployment: { deployment: part },
  star: { starred_at: z.string().nullable() },
  fork: { forkee: part },
} as const satisfies { readonly [Type in GithubEventType]?: z.ZodRawShape }

type Typed = typeof typed
type Rules = typeof githubEventTypes

// The names help an editor; GitHub may send a new action at any time.
type ActionShape<Type extends GithubEventType> = Rules[Type] extends { readonly actions: infer Actions extends string }
  ? { readonly action: z.ZodType<Words<Actions> | (string & {})> }
  : unknown

type Shape<Type extends GithubEventType> = typeof common &
  ActionShape<Type> &
  (Type extends keyof Typed ? Typed[Type] : unknown)

type Schemas = { readonly [Type in GithubEventType]: z.ZodObject<Shape<Type>, z.core.$loose> }

/** Schemas by event type: all that GitHub lists. */
export const githubEvents = Object.fromEntries(
  Object.entries<GithubRule>(githubEventTypes).map(([type, { actions }]) => [
    type,
    z.looseObject({
      ...common,
      ...(actions === undefined ? undefined : { action: z.string() }),
      ...(typed as Readonly<Record<string, z.ZodRawShape>>)[type],
    }),
  ]),
) as unknown as Schemas

/** Data types by event type. */
export type GithubEvents = EventsOf<Schemas>
