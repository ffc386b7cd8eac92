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
