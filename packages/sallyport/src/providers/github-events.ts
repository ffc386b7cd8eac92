import type { EventsOf } from '../verify/provider.ts'
import type { JsonObject } from '../verify/decode.ts'
import * as z from 'zod'

// Members that tell events apart are there; a deleted user or repository, or an app's own sender, may be null or shorter.
const part = z.looseObject({})
const repository = z.looseObject({ id: z.number().nullish(), full_name: z.string().nullish() })
const user = z.looseObject({ login: z.string().nullish() })
const common = { repository: repository.nullish(), sender: user.nullish() }
const action = z.string()

/** Schemas by event type. The required members also distinguish the types, see `readGithubEvent`. */
export const githubEvents = {
  ping: z.looseObject({ ...common, zen: z.string(), hook_id: z.number(), hook: part }),
  push: z.looseObject({ ...common, ref: z.string(), before: z.string(), after: z.string(), commits: z.array(part) }),
  create: z.looseObject({ ...common, ref: z.string(), ref_type: z.string(), master_branch: z.string() }),
  delete: z.looseObject({ ...common, ref: z.string(), ref_type: z.string(), pusher_type: z.string() }),
  pull_request_review_comment: z.looseObject({ ...common, action, comment: part, pull_request: part }),
  pull_request_review: z.looseObject({ ...common, action, review: part, pull_request: part }),
  pull_request: z.looseObject({ ...common, action, number: z.number(), pull_request: part }),
  issue_comment: z.looseObject({ ...common, action, issue: part, comment: part }),
  issues: z.looseObject({ ...common, action, issue: part }),
  release: z.looseObject({ ...common, action, release: part }),
  workflow_run: z.looseObject({ ...common, action, workflow_run: part }),
  workflow_job: z.looseObject({ ...common, action, workflow_job: part }),
  check_run: z.looseObject({ ...common, action, check_run: part }),
  check_suite: z.looseObject({ ...common, action, check_suite: part }),
  deployment_status: z.looseObject({ ...common, deployment: part, deployment_status: part }),
  deployment: z.looseObject({ ...common, deployment: part }),
  star: z.looseObject({ ...common, action, starred_at: z.string().nullable() }),
  fork: z.looseObject({ ...common, forkee: part }),
} as const

/** Data types by event type. */
export type GithubEvents = EventsOf<typeof githubEvents>

type GithubEvent = keyof typeof githubEvents

/**
 * Members that mark an event, and members that would mark another. A body matches one type at most, so a changed header
 * cannot turn a replayed delivery into another event.
 */
const marks: readonly (readonly [GithubEvent, has: readonly string[], lacks: readonly string[]])[] = [
  ['ping', ['zen', 'hook'], []],
  ['push', ['ref', 'before', 'after', 'commits'], []],
  ['create', ['ref', 'ref_type', 'master_branch'], []],
  ['delete', ['ref', 'ref_type', 'pusher_type'], ['master_branch']],
  ['pull_request_review_comment', ['pull_request', 'comment'], ['issue', 'review']],
  ['pull_request_review', ['pull_request', 'review'], ['comment']],
  ['pull_request', ['pull_request', 'number'], ['review', 'comment', 'thread', 'issue']],
  ['issue_comment', ['issue', 'comment'], []],
  [
    'issues',
    ['issue', 'action'],
    ['comment', 'pull_request', 'sub_issue', 'parent_issue', 'blocked_issue', 'blocking_issue'],
  ],
  ['release', ['release'], []],
  ['workflow_run', ['workflow_run'], ['deployment', 'reviewers', 'workflow_job_run']],
  ['workflow_job', ['workflow_job'], []],
  ['check_run', ['check_run', 'action'], ['deployment']],
  ['check_suite', ['check_suite', 'action'], []],
  ['deployment_status', ['deployment', 'deployment_status'], []],
  ['deployment', ['deployment'], ['deployment_status', 'environment', 'workflow_job']],
  ['star', ['starred_at'], []],
  ['fork', ['forkee'], []],
]

/** The event type a signed body shows itself to be; `undefined` when none, or more than one, fits. */
export function readGithubEvent(body: JsonObject): GithubEvent | undefined {
  const isThere = (name: string): boolean => Object.hasOwn(body, name)
  const fitting = marks.filter(([, has, lacks]) => has.every(isThere) && !lacks.some(isThere))
  return fitting.length === 1 ? fitting[0]![0] : undefined
}
