export { describeProvider, type ProviderSubject } from './provider.ts'
export {
  describeAdapter,
  type AdapterContractOptions,
  type Deviation,
  type HostBehaviour,
  type MountedReceiver,
  type MountReceiver,
} from './adapter.ts'
export { describeEngine } from './engine.ts'
export type { EngineSubject } from './engine/subject.ts'
export { describeReplayGuard } from './replay-guard.ts'
export type { ReplayGuardSubject, TestGuardOptions } from './replay-guard/subject.ts'
