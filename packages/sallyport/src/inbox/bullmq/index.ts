export { createBullMqEngine } from './engine.ts'
export type { BullMqEngineOptions } from './options.ts'
