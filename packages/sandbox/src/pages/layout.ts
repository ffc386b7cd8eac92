import { html } from 'hono/html'
import type { Notice } from './notices.ts'

/** HTML of a page; inserted text is escaped. */
export type Html = ReturnType<typeof html>

/** A page beside its content. */
export interface PageHead {
  readonly title: string
  /** Where it belongs in the navigation. */
  readonly section?: string | undefined
  readonly notice?: Notice | undefined
  /** Beside the title. */
  readonly beside?: Html | undefined
}

const sections = [
  ['/sonzai', 'Sonzai'],
  ['/invoratec', 'Invoratec'],
  ['/fleet', 'Fleet'],
  ['/langsmith', 'LangSmith'],
  ['/deliveries', 'Deliveries'],
] as const

/** A whole page. */
export function layout({ title, section, notice, beside }: PageHead, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Sallyport sandbox</title>
        <link rel="stylesheet" href="/sandbox.css" />
        <script type="module" src="/live.js"></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <a class="brand" href="/">Sandbox</a>
          <nav aria-label="Main">
            ${sections.map(
              ([path, name]) =>
                html`<a href="${path}" ${path === section ? html`aria-current="page"` : ''}>${name}</a>`,
            )}
          </nav>
          <div class="env">
            <span class="live" id="live" title="Updates every 2 seconds" hidden>Live</span>
            <button type="button" class="small" id="pause" hidden>Pause</button>
            <noscript>Reload to update</noscript>
          </div>
        </header>
        <main id="main" tabindex="-1">
          <div class="page-head">
            <h1>${title}</h1>
            ${beside ?? ''}
          </div>
          <p class="reader" id="news" aria-live="polite"></p>
          ${notice ? toNotice(notice) : ''} ${content}
        </main>
      </body>
    </html>`
}

function toNotice({ text, isError = false, secret }: Notice): Html {
  return html`<div role="${isError ? 'alert' : 'status'}" class="notice ${isError ? 'bad' : 'good'}">
    <p>${text}</p>
    ${secret === undefined ? '' : html`<p>Signing secret, shown this once: <code id="secret">${secret}</code></p>`}
  </div>`
}

/** A framed part of a page, named by its heading. */
export function panel(id: string, title: string, content: Html, options: { kind?: string; beside?: Html } = {}): Html {
  return html`<section class="panel ${options.kind ?? ''}" aria-labelledby="${id}-title">
    <div class="head">
      <h2 id="${id}-title">${title}</h2>
      ${options.beside === undefined ? '' : html`<div class="right">${options.beside}</div>`}
    </div>
    ${content}
  </section>`
}

/** A part of a panel that opens on demand. */
export function fold(title: string, content: Html, isOpen = false): Html {
  return html`<details class="fold" ${isOpen ? 'open' : ''}>
    <summary>${title}</summary>
    ${content}
  </details>`
}

/** A part of a page that the script keeps up to date. */
export function live(id: string, content: Html): Html {
  return html`<div id="${id}-live" data-live>${content}</div>`
}

/** What is done first, the deliveries beside it, and below it the rest. */
export function bench(first: Html, deliveries: Html, rest: readonly Html[]): Html {
  return html`<div class="bench">
    ${first} ${deliveries}
    <div class="stack rest">${rest}</div>
  </div>`
}

/** A button with its own form. @param what names for screen readers what it acts on */
export function button(
  action: string,
  label: string,
  what: string,
  { values = {}, kind = 'small' }: { values?: Readonly<Record<string, string>>; kind?: string } = {},
): Html {
  return html`<form method="post" action="${action}">
    ${Object.entries(values).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <button class="${kind}">${label}<span class="reader"> ${what}</span></button>
  </form>`
}

/** A table whose rows become cards where there is little room. @param numbers heads of columns of numbers */
export function table(
  id: string,
  label: string,
  {
    heads,
    numbers = [],
    rows,
    kind = '',
  }: { heads: readonly string[]; numbers?: readonly string[]; rows: readonly Html[]; kind?: string },
): Html {
  return html`<div class="table">
    <table id="${id}" class="${kind}" aria-label="${label}">
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col" class="${numbers.includes(head) ? 'num' : ''}">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`
}

/** A time; the script shows it in the reader's zone. */
export function time(iso: string): Html {
  return html`<time datetime="${iso}" title="${iso}">${iso.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time>`
}
