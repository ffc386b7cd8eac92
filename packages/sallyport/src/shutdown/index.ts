export {
  closeGracefully,
  type ClosableServer,
  type CloseOptions,
  type CloseReport,
  type SettlingReceiver,
} from './close-gracefully.ts'
export { closeOnSignals, type SignalOptions } from './close-on-signals.ts'
