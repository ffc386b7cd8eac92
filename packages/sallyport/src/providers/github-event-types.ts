/** How the body of an event is told from that of any other. */
export interface GithubRule {
  /** Members that it has; `alert.dependency` is a member of a member. */
  readonly has?: string
  /** The same, where GitHub's document calls them optional: an event without them stays unrecognised. */
  readonly mayHave?: string
  /** Members that would make it another event. */
  readonly lacks?: string
  /**
   * Members beside those of every event. Only for an event with none of its own to tell it by: it has no other members, and
   * one of `actions`, or none.
   */
  readonly only?: string
  /** Its actions by name; GitHub may add more. */
  readonly actions?: string
}

/**
 * GitHub's webhook events, as its OpenAPI document lists them (`@octokit/openapi-webhooks-types` 12.2.0, read in November
 * 2026). `test/peers` holds names and actions equal, and tries each rule with each body of that document.
 */
export const githubEventTypes = {
  ping: { has: 'zen hook' },
  branch_protection_configuration: { has: 'repository', only: '', actions: 'disabled enabled' },
  branch_protection_rule: { has: 'rule', actions: 'created deleted edited' },
  check_run: {
    has: 'check_run action',
    lacks: 'deployment',
    actions: 'completed created requested_action rerequested',
  },
  check_suite: { has: 'check_suite action', actions: 'completed requested rerequested' },
  code_scanning_alert: {
    has: 'alert.rule',
    actions: 'appeared_in_branch closed_by_user created fixed reopened reopened_by_user updated_assignment',
  },
  commit_comment: { has: 'comment', lacks: 'issue pull_request discussion workflow_run', actions: 'created' },
  create: { has: 'ref ref_type master_branch' },
  custom_property: { has: 'definition', actions: 'created deleted promote_to_enterprise updated' },
  custom_property_values: { has: 'new_property_values', actions: 'updated' },
  delete: { has: 'ref ref_type pusher_type', lacks: 'master_branch' },
  dependabot_alert: {
    has: 'alert.dependency',
    actions: 'assignees_changed auto_dismissed auto_reopened created dismissed fixed reintroduced reopened',
  },
  deploy_key: { has: 'key', actions: 'created deleted' },
  deployment: {
    has: 'deployment',
    lacks: 'deployment_status environment workflow_job deployment_callback_url',
    actions: 'created',
  },
  deployment_protection_rule: { mayHave: 'deployment_callback_url', actions: 'requested' },
  deployment_review: { has: 'workflow_run since', actions: 'approved rejected requested' },
  deployment_status: { has: 'deployment deployment_status', actions: 'created' },
  discussion: {
    has: 'discussion',
    lacks: 'comment',
    actions:
      'answered category_changed closed created deleted edited labeled locked pinned reopened transferred unanswered unlabeled unlocked unpinned',
  },
  discussion_comment: { has: 'discussion comment', actions: 'created deleted edited' },
  fork: { has: 'forkee' },
  github_app_authorization: { has: 'sender', lacks: 'repository organization', only: '', actions: 'revoked' },
  gollum: { has: 'pages' },
  installation: {
    has: 'installation.app_id',
    lacks: 'repositories_added',
    actions: 'created deleted new_permissions_accepted suspend unsuspend',
  },
  installation_repositories: { has: 'repositories_added', actions: 'added removed' },
  installation_target: { has: 'account target_type', actions: 'renamed' },
  issue_comment: { has: 'issue comment', actions: 'created deleted edited pinned unpinned' },
  issue_dependencies: {
    mayHave: 'blocked_issue_id blocking_issue_id',
    actions: 'blocked_by_added blocked_by_removed blocking_added blocking_removed',
  },
  issue_relates_to: { mayHave: 'related_issue', actions: 'relates_to_added relates_to_removed' },
  issues: {
    has: 'issue action',
    lacks: 'comment pull_request sub_issue parent_issue blocked_issue blocking_issue related_issue',
    actions:
      'assigned closed deleted demilestoned edited field_added field_removed labeled locked milestoned opened pinned reopened transferred typed unassigned unlabeled unlocked unpinned untyped',
  },
  label: {
    has: 'label',
    lacks: 'issue pull_request discussion',
    actions: 'archived created deleted edited unarchived',
  },
  marketplace_purchase: {
    has: 'marketplace_purchase',
    actions: 'cancelled changed pending_change pending_change_cancelled purchased',
  },
  member: { has: 'member', lacks: 'team', actions: 'added edited removed' },
  membership: { has: 'member team', actions: 'added removed' },
  merge_group: { has: 'merge_group', actions: 'checks_requested destroyed' },
  meta: { has: 'hook hook_id', lacks: 'zen', actions: 'deleted' },
  milestone: { has: 'milestone', lacks: 'issue pull_request', actions: 'closed created deleted edited opened' },
  org_block: { has: 'blocked_user', actions: 'blocked unblocked' },
  organization: {
    has: 'organization',
    lacks: 'repository',
    only: 'membership invitation user changes',
    actions: 'deleted member_added member_invited member_removed renamed',
  },
  package: { has: 'package', actions: 'published updated' },
  page_build: { has: 'build' },
  personal_access_token_request: { has: 'personal_access_token_request', actions: 'approved cancelled created denied' },
  project: { has: 'project', actions: 'closed created deleted edited reopened' },
  project_card: { has: 'project_card', actions: 'converted created deleted edited moved' },
  project_column: { has: 'project_column', actions: 'created deleted edited moved' },
  projects_v2: { has: 'projects_v2', actions: 'closed created deleted edited reopened' },
  projects_v2_item: {
    has: 'projects_v2_item',
    actions: 'archived converted created deleted edited reordered restored',
  },
  projects_v2_status_update: { has: 'projects_v2_status_update', actions: 'created deleted edited' },
  public: { has: 'repository', only: '' },
  pull_request: {
    has: 'pull_request number',
    lacks: 'review comment thread issue',
    actions:
      'assigned auto_merge_disabled auto_merge_enabled closed converted_to_draft demilestoned dequeued edited enqueued labeled locked milestoned opened ready_for_review reopened review_request_removed review_requested stacked synchronize unassigned unlabeled unlocked',
  },
  pull_request_review: { has: 'pull_request review', lacks: 'comment', actions: 'dismissed edited submitted' },
  pull_request_review_comment: {
    has: 'pull_request comment',
    lacks: 'issue review',
    actions: 'created deleted edited',
  },
  pull_request_review_thread: { has: 'pull_request thread', actions: 'resolved unresolved' },
  push: { has: 'ref before after commits' },
  registry_package: { has: 'registry_package', actions: 'published updated' },
  release: { has: 'release', actions: 'created deleted edited prereleased published released unpublished' },
  repository: {
    has: 'repository',
    only: 'changes',
    actions: 'archived created deleted edited privatized publicized renamed transferred unarchived',
  },
  repository_advisory: { has: 'repository_advisory', actions: 'published reported' },
  repository_dispatch: { has: 'branch client_payload' },
  repository_import: { has: 'status', lacks: 'sha' },
  repository_ruleset: { has: 'repository_ruleset', actions: 'created deleted edited' },
  repository_vulnerability_alert: { has: 'alert.affected_package_name', actions: 'create dismiss reopen resolve' },
  secret_scanning_alert: {
    mayHave: 'alert.secret_type',
    lacks: 'location',
    actions:
      'assigned created metadata_created metadata_removed publicly_leaked reopened resolved unassigned validated',
  },
  secret_scanning_alert_location: { has: 'alert location', actions: 'created' },
  secret_scanning_scan: { has: 'source started_at completed_at', actions: 'completed' },
  security_advisory: { has: 'security_advisory', lacks: 'alert', actions: 'published updated withdrawn' },
  security_and_analysis: { has: 'repository changes', only: 'changes' },
  sponsorship: {
    has: 'sponsorship',
    actions: 'cancelled created edited pending_cancellation pending_tier_change tier_changed',
  },
  star: { has: 'starred_at', actions: 'created deleted' },
  status: { has: 'sha state context' },
  sub_issues: {
    mayHave: 'sub_issue_id parent_issue_id',
    actions: 'parent_issue_added parent_issue_removed sub_issue_added sub_issue_removed',
  },
  team: {
    has: 'team action',
    lacks: 'member',
    actions: 'added_to_repository created deleted edited removed_from_repository',
  },
  team_add: { has: 'team', lacks: 'action member' },
  watch: { has: 'repository', only: '', actions: 'started' },
  workflow_dispatch: { has: 'inputs workflow ref' },
  workflow_job: { has: 'workflow_job', actions: 'completed in_progress queued waiting' },
  workflow_run: {
    has: 'workflow_run',
    lacks: 'deployment reviewers workflow_job_run since',
    actions: 'completed in_progress requested',
  },
} as const satisfies Readonly<Record<string, GithubRule>>

export type GithubEventType = keyof typeof githubEventTypes
