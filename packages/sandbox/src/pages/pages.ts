import { Hono } from 'hono'
import { html } from 'hono/html'
import { SandboxError } from '../error.ts'
import { attemptDetails } from './attempt-table.ts'
import { guardForms } from './guard-forms.ts'
import { layout, style } from './layout.ts'
import type { DeliveryAttempt } from '../delivery/delivery.ts'

/** What the general pages show. */
export interface PageFacts {
  /** A key of each management API. */
  readonly keys: { readonly sonzai: string; readonly invoratec: string; readonly fleet: string }
  findAttempt(id: string): DeliveryAttempt | undefined
}

/** Creates all pages: the index, one per attempt, and those of each platform. */
export function createPages({ keys, findAttempt }: PageFacts, platforms: Readonly<Record<string, Hono>>): Hono {
  const pages = new Hono()
  pages.use(guardForms)

  // Browsers request it for every page and report a missing one.
  pages.get('/favicon.ico', (context) => context.body(null, 204))
  pages.get('/sandbox.css', (context) => context.body(style, 200, { 'Content-Type': 'text/css; charset=utf-8' }))
  pages.get('/', (context) => {
    const rows = [
      ['Sonzai', '/sonzai', '/api/v1', `Authorization: Bearer ${keys.sonzai}`],
      ['Invoratec', '/invoratec', '/v1/events', `X-API-Key: ${keys.invoratec}`],
      ['LangSmith Fleet', '/fleet', '/v1/platform/fleet-webhooks', `X-API-Key: ${keys.fleet}`],
      ['LangSmith', '/langsmith', '/v1/platform/hub/repos', `X-API-Key: ${keys.fleet}`],
    ] as const
    const content = html`<p>Four platforms on this computer. Their events are examples, signed like the real ones.</p>
      <table id="platforms">
        <thead>
          <tr>
            <th>Platform</th>
            <th>Management API</th>
            <th>Key</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ([name, page, path, key]) =>
              html`<tr>
                <td><a href="${page}">${name}</a></td>
                <td><code>${new URL(context.req.url).origin}${path}</code></td>
                <td><code>${key}</code></td>
              </tr>`,
          )}
        </tbody>
      </table>`
    return context.html(layout('Sandbox', undefined, content))
  })
  pages.get('/attempts/:id', (context) => {
    const attempt = findAttempt(context.req.param('id'))
    if (attempt === undefined) throw new SandboxError('NOT_FOUND', 'the sandbox no longer keeps this attempt')
    return context.html(layout('Delivery attempt', undefined, attemptDetails(attempt)))
  })
  for (const [path, platform] of Object.entries(platforms)) pages.route(path, platform)

  pages.onError((error, context) => {
    const { status, message } = SandboxError.is(error) ? error : { status: 500, message: 'The sandbox failed.' }
    const content = html`<p role="alert">${message}</p>`
    return context.html(layout('Not possible', undefined, content), status === 404 ? 404 : 500)
  })
  return pages
}
