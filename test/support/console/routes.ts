import type { ConsoleAction } from '@sallyport/console'

/** Every route, what it needs, and a body for it. A test compares this with the routes of the console. */
export const routes: Readonly<Record<string, { readonly needs: ConsoleAction; readonly body?: object }>> = {
  'GET api/session': { needs: 'see' },
  'GET api/overview': { needs: 'see' },
  'GET api/events': { needs: 'see' },
  'GET api/events/count': { needs: 'see' },
  'GET api/names': { needs: 'see' },
  'GET api/event': { needs: 'see' },
  'GET api/event/body': { needs: 'body' },
  'GET api/event/http': { needs: 'body' },
  'GET api/event/curl': { needs: 'body' },
  'GET api/failures': { needs: 'see' },
  'GET api/refused': { needs: 'see' },
  'GET api/recent': { needs: 'see' },
  'GET api/audit': { needs: 'see' },
  'GET api/jobs': { needs: 'see' },
  'GET api/agents': { needs: 'see' },
  'GET api/agent': { needs: 'see' },
  'GET api/agent/diff': { needs: 'see' },
  'POST api/agent/rollback': { needs: 'rollback' },
  'POST api/check': { needs: 'check' },
  'POST api/replay': { needs: 'replay' },
  'POST api/discard': { needs: 'discard' },
  // What they need depends on the action; see the tests of jobs.
  'POST api/jobs': { needs: 'see', body: {} },
  'POST api/jobs/stop': { needs: 'see', body: { id: 'none' } },
}
