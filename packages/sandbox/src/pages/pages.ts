import { Hono } from 'hono'
import { html } from 'hono/html'
import { toVisible } from 'sallyport/provider'
import { SandboxError } from '../error.ts'
import { act } from './act.ts'
import { createAssets } from './assets.ts'
import { attemptActions, attemptDetails } from './attempt-page.ts'
import { toAnswer } from './attempt-status.ts'
import { attemptTable, deliveryPanel } from './delivery-list.ts'
import { guardForms } from './guard-forms.ts'
import { toHttpFile } from './http-file.ts'
import { layout, live, panel, table } from './layout.ts'
import type { PageTools } from './tools.ts'

/** A key of each management API. */
export interface PageKeys {
  readonly sonzai: string
  readonly invoratec: string
  readonly fleet: string
}

const pageSize = 100

/** Creates all pages: the index, the deliveries, one per attempt, and those of each platform. */
export function createPages(keys: PageKeys, tools: PageTools, platforms: Readonly<Record<string, Hono>>): Hono {
  const pages = new Hono()
  pages.use(guardForms)
  pages.route('/', createAssets())

  pages.get('/', (context) => {
    const { origin } = new URL(context.req.url)
    const rows = [
      ['Sonzai', '/sonzai', '/api/v1', `Authorization: Bearer ${keys.sonzai}`],
      ['Invoratec', '/invoratec', '/v1/events', `X-API-Key: ${keys.invoratec}`],
      ['LangSmith Fleet', '/fleet', '/v1/platform/fleet-webhooks', `X-API-Key: ${keys.fleet}`],
      ['LangSmith', '/langsmith', '/v1/platform/hub/repos', `X-API-Key: ${keys.fleet}`],
    ] as const
    const content = panel(
      'platforms',
      'Platforms',
      html`<p class="quiet">Four platforms on this computer. Their events are examples, signed like the real ones.</p>
        ${table('platforms', 'Platforms', {
          heads: ['Platform', 'Management API', 'Key'],
          rows: rows.map(
            ([name, page, path, key]) =>
              html`<tr>
                <td class="title"><a class="link" href="${page}">${name}</a></td>
                <td class="long mono" data-label="API"><span>${origin}${path}</span></td>
                <td class="long mono" data-label="Key"><span>${key}</span></td>
              </tr>`,
          ),
        })}`,
    )
    const deliveries = deliveryPanel(tools.attempts(), '/deliveries')
    return context.html(layout({ title: 'Sandbox' }, html`<div class="stack">${content} ${deliveries}</div>`))
  })
  pages.get('/deliveries', (context) => {
    const { platform, before } = context.req.query()
    const all = tools.attempts().filter((attempt) => platform === undefined || attempt.platform === platform)
    const start = before === undefined ? 0 : all.findIndex(({ id }) => id === before) + 1
    const shown = all.slice(start, start + pageSize)
    const query = new URLSearchParams({
      ...(platform === undefined ? {} : { platform }),
      before: shown.at(-1)?.id ?? '',
    })
    const older = html`<div class="foot"><a href="/deliveries?${query.toString()}">Older attempts</a></div>`
    const content = html`${attemptTable(shown)} ${start + pageSize < all.length ? older : ''}`
    const list = panel('attempts', 'Attempts, newest first', live('attempts', content))
    return context.html(layout({ title: 'Deliveries', section: '/deliveries' }, list))
  })
  pages.get('/attempts/:id', (context) => {
    const attempt = tools.attempt(context.req.param('id'))
    const head = {
      title: toVisible(attempt.eventType),
      section: attempt.platform === 'own' ? '/deliveries' : `/${attempt.platform}`,
      notice: tools.notices.take(context.req.query('notice')),
      beside: attemptActions(attempt),
    }
    return context.html(layout(head, attemptDetails(attempt, tools.attemptsOf(attempt.deliveryId))))
  })
  pages.get('/attempts/:id/request.http', (context) => {
    const { name, bytes } = toHttpFile(tools.attempt(context.req.param('id')))
    return context.body(new Uint8Array(bytes), 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="${name}"`,
    })
  })
  pages.post('/attempts/:id/resend', (context) => {
    const id = context.req.param('id')
    return act(context, tools.notices, { page: `/attempts/${encodeURIComponent(id)}` }, async () => {
      const made = await tools.resend(id)
      return { text: `Sent the same bytes again: ${toAnswer(made)}.`, page: `/attempts/${made.id}` }
    })
  })
  for (const [path, platform] of Object.entries(platforms)) pages.route(path, platform)

  pages.onError((error, context) => {
    const { status, message } = SandboxError.is(error) ? error : { status: 500, message: 'The sandbox failed.' }
    const content = html`<div class="panel">
      <div class="state failed">
        <strong role="alert">${message}</strong>
        <p><a class="link" href="/deliveries">All deliveries</a></p>
      </div>
    </div>`
    return context.html(layout({ title: 'Not possible' }, content), status === 404 ? 404 : 500)
  })
  return pages
}
