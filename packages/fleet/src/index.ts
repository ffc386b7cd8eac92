export { fleetErrorCodes, type FleetErrorCode } from './error-codes.ts'
export { FleetError } from './fleet-error.ts'
export type {
  AgentBundle,
  AgentConfig,
  AgentSkill,
  AgentTool,
  BundleFile,
  BundleWarning,
  Subagent,
  ToolInterrupt,
  ToolsConfig,
} from './bundle/agent-bundle.ts'
export type {
  InterruptEffect,
  InterruptEffective,
  InterruptReason,
  InterruptReasonCode,
  InterruptValue,
} from './bundle/interrupt-effect.ts'
export type { BundleLimits } from './bundle/limits.ts'
export { readBundle } from './bundle/read-bundle.ts'
export { readFolder } from './bundle/read-folder.ts'
export { writeBundle } from './bundle/write-bundle.ts'
export { fleet, type FleetActions, type FleetEvents, type FleetOptions } from './provider.ts'
export { FleetField, FleetPayload } from './payload/payload.ts'
export { checkInput, type FleetInput, type InputCheck, type InputProblem } from './payload/check-input.ts'
export { isDryRun } from './payload/dry-run.ts'
export type { InputOf, InputRule } from './payload/read-input.ts'
export type { FleetPublish } from './payload/fleet-publish.ts'
export { checkToolAuth, type AvailableAuth, type ToolAuthReadiness } from './auth/check-tool-auth.ts'
export type { ToolApproval, ToolAuthStatus, ToolReadiness } from './auth/tool-readiness.ts'
export { crossCheckTools, type ToolCrossCheck } from './auth/cross-check-tools.ts'
export { toEnvExample } from './auth/env-example.ts'
export { ToolAuthRequirements, type ToolAuthRequirement } from './auth/requirement.ts'
export { pullBundle, type PulledBundle, type PullOptions } from './pull/pull-bundle.ts'
export type { BundleCommit, ContextHubClient } from './pull/context-hub-client.ts'
export { checkRuntime } from './runtime/check-runtime.ts'
export type { RuntimeCode } from './runtime/runtime-codes.ts'
export type { Runtime, RuntimeFinding, RuntimeReading, RuntimeReport } from './runtime/runtime-report.ts'
export { extractBundle, type Extracted } from './deploy/extract-bundle.ts'
export { deployBundle, type DeployedBundle, type DeployOptions } from './deploy/deploy-bundle.ts'
export { readPublished, type PublishedOptions } from './deploy/read-published.ts'
export type { PublishedFiles } from './deploy/published.ts'
export {
  toToolNameInterrupts,
  type InterruptRewrite,
  type ToolNameBundle,
} from './interrupts/to-tool-name-interrupts.ts'
export { toDeploymentName } from './deploy/deployment-name.ts'
export { rollback, type RollbackOptions, type RolledBack } from './deploy/rollback.ts'
export {
  checkRelease,
  listDeployments,
  listReleases,
  readDeployment,
  type Deployment,
  type Release,
} from './deploy/read-deployment.ts'
export type { ReleaseProblem } from './deploy/check-tree.ts'
export type { FleetPublisher, ReleaseManifest } from './deploy/manifest.ts'
export type { FileRecord } from './deploy/plan.ts'
export { checkPolicy, type PolicyReport } from './review/policy/check-policy.ts'
export type { VariableRules } from './variables/judge-variable.ts'
export { readPolicy } from './review/policy/read-policy.ts'
export { definePolicy, type BundlePolicy, type InterruptRule } from './review/policy/bundle-policy.ts'
export type { PolicyFinding, PolicyRule } from './review/policy/finding.ts'
export { diffBundles, type BundleDiff, type DiffOptions } from './review/diff/diff-bundles.ts'
export type { BundleChange, ChangeSeverity } from './review/diff/bundle-change.ts'
export type { MarkdownOptions } from './review/diff/to-markdown.ts'
export type { LineHunk, TextChange } from './review/diff/text-change.ts'
