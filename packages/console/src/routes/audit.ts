import type { AuditList } from '../api.ts'
import type { Route } from './route.ts'

/** What was done and refused, latest first. */
export const audit: Route = {
  needs: 'see',
  answer: (_call, { audit: list, settings }): AuditList => ({ entries: list.read(), now: settings.now() }),
}
