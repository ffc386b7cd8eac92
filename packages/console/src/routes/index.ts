import { agentDetail, agentDiff, agentList, agentRollback } from './agents.ts'
import { audit } from './audit.ts'
import { body } from './body.ts'
import { discard, replay } from './change.ts'
import { check } from './check.ts'
import { curl, httpFile } from './download.ts'
import { event } from './event.ts'
import { eventCount, events, names } from './events.ts'
import { failures } from './failures.ts'
import { jobs, startJob, stopJob } from './jobs.ts'
import { createOverviewRoute } from './overview.ts'
import { recent, refused } from './record.ts'
import type { Parts, Route } from './route.ts'
import { session } from './session.ts'

/** Every address below the base path, by method and path. Only a POST changes anything. */
export function createRoutes(parts: Parts): Readonly<Record<string, Route>> {
  return {
    'GET api/session': session,
    'GET api/overview': createOverviewRoute(parts),
    'GET api/events': events,
    'GET api/events/count': eventCount,
    'GET api/names': names,
    'GET api/event': event,
    'GET api/event/body': body,
    'GET api/event/http': httpFile,
    'GET api/event/curl': curl,
    'GET api/failures': failures,
    'GET api/refused': refused,
    'GET api/recent': recent,
    'GET api/agents': agentList,
    'GET api/agent': agentDetail,
    'GET api/agent/diff': agentDiff,
    'GET api/audit': audit,
    'GET api/jobs': jobs,
    'POST api/agent/rollback': agentRollback,
    'POST api/check': check,
    'POST api/replay': replay,
    'POST api/discard': discard,
    'POST api/jobs': startJob,
    'POST api/jobs/stop': stopJob,
  }
}

/** Pages of the client, by their paths below the base path. */
export const pagePaths: readonly string[] = ['', 'events', 'event', 'failures', 'refused', 'agents', 'agent', 'audit']
