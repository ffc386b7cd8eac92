import { createPageHandler, type PageHandler } from '../http/page-handler.ts'
import type { HealthReport } from './health-codes.ts'

/** Makes the handler of a probe: 200 or 503, and a small JSON document. */
export function createProbe(check: () => Promise<HealthReport>): PageHandler {
  return createPageHandler(async () => {
    const report = await check()
    const isWell = report.failed.length === 0
    const body = JSON.stringify(isWell ? { status: report.status } : report)
    return { status: isWell ? 200 : 503, contentType: 'application/json', body }
  })
}
