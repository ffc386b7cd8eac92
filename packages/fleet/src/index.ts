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
export { defaultLimits, type BundleLimits } from './bundle/limits.ts'
export { readBundle } from './bundle/read-bundle.ts'
export { readFolder } from './bundle/read-folder.ts'
export { writeBundle } from './bundle/write-bundle.ts'
export { fleet, type FleetActions, type FleetEvents, type FleetOptions } from './provider.ts'
export { FleetField, FleetPayload } from './payload/payload.ts'
export { checkInput, type FleetInput, type InputCheck, type InputProblem } from './payload/check-input.ts'
export type { InputOf, InputRule } from './payload/read-input.ts'
export type { FleetPublish, FleetPublisher, PublishAudit } from './payload/fleet-publish.ts'
export {
  checkToolAuth,
  type AvailableAuth,
  type ToolAuthReadiness,
  type ToolAuthStatus,
  type ToolReadiness,
} from './auth/check-tool-auth.ts'
export { crossCheckTools, type ToolCrossCheck } from './auth/cross-check-tools.ts'
export { toEnvExample } from './auth/env-example.ts'
export { ToolAuthRequirement, ToolAuthRequirements } from './auth/requirement.ts'
