export { health, type Health, type HealthOptions, type WatchedReceiver } from './health.ts'
export { healthCodes, type FailedCheck, type HealthCode, type HealthReport } from './health-codes.ts'
export type { FastifyPageReply, HonoPageContext, KoaPageContext, PageHandler } from '../http/page-handler.ts'
