export { describeProvider, type ProviderSubject } from './contracts/provider.ts'
