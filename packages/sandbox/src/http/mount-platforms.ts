import type { Hono } from 'hono'
import { createFleetApi } from '../fleet/api.ts'
import { createInvoratecApis } from '../invoratec/api.ts'
import type { CompleteKeys } from '../keys.ts'
import { createLangsmithApi } from '../langsmith/api.ts'
import { createFleetPages } from '../pages/fleet.ts'
import { createInvoratecPages } from '../pages/invoratec.ts'
import { createLangsmithPages } from '../pages/langsmith.ts'
import { createPages } from '../pages/pages.ts'
import { createSonzaiPages } from '../pages/sonzai.ts'
import type { PageTools } from '../pages/tools.ts'
import type { Platforms } from '../platforms.ts'
import { createSonzaiApi } from '../sonzai/api.ts'
import type { SandboxState } from '../state/state.ts'
import { createTriggers } from './triggers.ts'

/** Mounts the management APIs at the platforms' paths, the triggers, and the pages. */
export function mountPlatforms(
  app: Hono,
  platforms: Platforms,
  keys: CompleteKeys,
  state: SandboxState,
  tools: PageTools,
): void {
  const { sonzai, invoratec, fleet, langsmith } = platforms
  app.route('/api/v1', createSonzaiApi(sonzai, keys.sonzai))
  const { events, auth } = createInvoratecApis(invoratec, keys.invoratec)
  app.route('/v1/events', events)
  app.route('/v1/auth', auth)
  app.route('/v1/platform/fleet-webhooks', createFleetApi(fleet.webhooks, keys.fleet))
  app.route('/v1/platform/hub/repos', createLangsmithApi(langsmith.commits, keys.fleet))
  const shown = { sonzai: keys.sonzai[0]!.key, invoratec: keys.invoratec[0]!.key, fleet: keys.fleet[0]!.key }
  const pages = createPages(shown, tools, {
    '/sonzai': createSonzaiPages(sonzai, sonzai.projectId, tools),
    '/invoratec': createInvoratecPages(invoratec.webhooks, invoratec.logs, invoratec.developerId, tools),
    '/fleet': createFleetPages(fleet.webhooks, fleet.agents, tools),
    '/langsmith': createLangsmithPages(langsmith.webhooks, langsmith.repos, tools),
  })
  app.route('/trigger', createTriggers(platforms, state))
  app.route('/', pages)
}
