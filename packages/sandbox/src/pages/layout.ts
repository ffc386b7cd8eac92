import { html } from 'hono/html'
import type { Notice } from './notices.ts'

/** HTML of a page; inserted text is escaped. */
export type Html = ReturnType<typeof html>

/** A whole page. */
export function layout(title: string, notice: Notice | undefined, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Sallyport sandbox</title>
        <link rel="stylesheet" href="/sandbox.css" />
      </head>
      <body>
        <nav>
          <a href="/">Sandbox</a>
          <a href="/sonzai">Sonzai</a>
          <a href="/invoratec">Invoratec</a>
          <a href="/fleet">Fleet</a>
          <a href="/langsmith">LangSmith</a>
        </nav>
        <main>
          <h1>${title}</h1>
          ${notice ? toNotice(notice) : ''} ${content}
        </main>
      </body>
    </html>`
}

function toNotice({ text, isError = false, secret }: Notice): Html {
  return html`<div role="${isError ? 'alert' : 'status'}" class="notice">
    <p>${text}</p>
    ${secret === undefined ? '' : html`<p>Signing secret, shown this once: <code id="secret">${secret}</code></p>`}
  </div>`
}

/** A button with its own form. */
export function button(action: string, label: string, values: Readonly<Record<string, string>> = {}): Html {
  return html`<form method="post" action="${action}" class="inline">
    ${hidden(values)}
    <button>${label}</button>
  </form>`
}

/** Hidden values of a form. */
export function hidden(values: Readonly<Record<string, string>>): Html {
  return html`${Object.entries(values).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}`
}

/** A labeled text input. */
export function textField(
  name: string,
  label: string,
  options: { value?: string; hint?: string; required?: boolean } = {},
): Html {
  const { value = '', hint = '', required = false } = options
  return html`<label>
    <span>${label}</span>
    <input name="${name}" value="${value}" placeholder="${hint}" ${required ? 'required' : ''} />
  </label>`
}

/** A labeled select. */
export function selectField(
  name: string,
  label: string,
  choices: readonly (readonly [value: string, label: string])[],
  chosen = '',
): Html {
  return html`<label>
    <span>${label}</span>
    <select name="${name}">
      ${choices.map(([value, text]) => html`<option value="${value}" ${value === chosen ? 'selected' : ''}>${text}</option>`)}
    </select>
  </label>`
}

/** A labeled textarea. */
export function areaField(name: string, label: string, options: { value?: string; hint?: string } = {}): Html {
  const { value = '', hint = '' } = options
  // HTML drops a line break after the tag, so add one to keep the value's own.
  return html`<label>
    <span>${label}</span>
    <textarea name="${name}" rows="4" placeholder="${hint}">${'\n'}${value}</textarea>
  </label>`
}

/** The style of all pages. */
export const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; }
nav { display: flex; gap: 1rem; padding: .75rem 1.5rem; border-bottom: 1px solid #8886; }
main { max-width: 75rem; margin: 0 auto; padding: 1rem 1.5rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
form { display: grid; gap: .6rem; max-width: 40rem; } form.inline { display: inline-block; }
label { display: grid; gap: .2rem; } label.check { display: flex; gap: .5rem; }
input, select, textarea, button { font: inherit; padding: .3rem .5rem; } textarea, code, pre { font-family: ui-monospace, monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #8884; padding: .75rem; }
button { justify-self: start; cursor: pointer; }
.notice { border: 1px solid #8888; border-left-width: .4rem; padding: .1rem 1rem; }
[role="alert"] { border-left-color: #c33; } [role="status"] { border-left-color: #393; }
`
