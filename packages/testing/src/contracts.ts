export { describeProvider, type ProviderSubject } from './contracts/provider.ts'
export {
  describeAdapter,
  type AdapterContractOptions,
  type Deviation,
  type HostBehaviour,
  type MountedReceiver,
  type MountReceiver,
} from './contracts/adapter.ts'
export { describeEngine, type EngineSubject } from './contracts/engine.ts'
