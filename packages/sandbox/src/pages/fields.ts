import { html } from 'hono/html'
import { faultKinds } from '../delivery/faults.ts'
import type { FormValues } from './form-values.ts'
import type { Html } from './layout.ts'

/** A form that could not be carried out: what was typed, and what is wrong where. */
export interface Typed {
  /** Id of the form. */
  readonly form: string
  readonly values: FormValues
  /** By the name of the input; `''` for the whole form. */
  readonly problems: Readonly<Record<string, string>>
}

/** What an input shows beside its label. */
export interface FieldOptions {
  readonly value?: string | undefined
  readonly hint?: string | undefined
  readonly required?: boolean | undefined
}

type Choices = readonly (readonly [value: string, label: string])[]

/** The labelled inputs of one form. Those that were typed before keep their value, with the problem below it. */
export interface Fields {
  text(name: string, label: string, options?: FieldOptions & { type?: 'text' | 'number' }): Html
  area(name: string, label: string, options?: FieldOptions): Html
  select(name: string, label: string, choices: Choices, chosen?: string): Html
  check(name: string, label: string, isChecked: boolean): Html
  /** The choice of a fault. */
  fault(): Html
  /** The form itself, with its button. */
  form(action: string, label: string, content: Html): Html
  /** Whether it was sent and could not be carried out. */
  readonly isTyped: boolean
}

/** Creates the inputs of the form with this id. */
export function createFields(form: string, sent: Typed | undefined): Fields {
  const typed = sent?.form === form ? sent : undefined
  const first = Object.keys(typed?.problems ?? {})[0]
  // A field of Fleet may have any name, and an id has no blanks.
  const idOf = (name: string): string => `${form}-${encodeURIComponent(name)}`
  const valueOf = (name: string, standIn = ''): string => typed?.values[name] ?? standIn

  function attributes(name: string): Html {
    const problem = typed?.problems[name]
    const wrong = html`aria-invalid="true" aria-describedby="${idOf(name)}-wrong" ${name === first ? 'autofocus' : ''}`
    return html`id="${idOf(name)}" name="${name}" ${problem === undefined ? '' : wrong}`
  }

  function field(name: string, label: string, input: Html, kind = ''): Html {
    const problem = typed?.problems[name]
    const tag = html`<label for="${idOf(name)}">${label}</label>`
    return html`<div class="field ${kind}">
      ${kind === 'check' ? html`${input} ${tag}` : html`${tag} ${input}`}
      ${problem === undefined ? '' : html`<p class="wrong" id="${idOf(name)}-wrong">${problem}</p>`}
    </div>`
  }

  const fields: Fields = {
    isTyped: typed !== undefined,
    text: (name, label, { value, hint = '', required = false, type = 'text' } = {}) =>
      field(
        name,
        label,
        html`<input
          ${attributes(name)}
          type="${type}"
          ${type === 'number' ? html`step="any"` : ''}
          value="${valueOf(name, value)}"
          placeholder="${hint}"
          ${required ? 'required' : ''}
        />`,
      ),
    // HTML drops a line break after the tag, so add one to keep the value's own.
    area: (name, label, { value, hint = '' } = {}) =>
      field(
        name,
        label,
        html`<textarea ${attributes(name)} rows="3" placeholder="${hint}">${'\n'}${valueOf(name, value)}</textarea>`,
      ),
    select(name, label, choices, standIn = '') {
      const chosen = valueOf(name, standIn)
      return field(
        name,
        label,
        html`<select ${attributes(name)}>
          ${choices.map(([value, text]) => html`<option value="${value}" ${value === chosen ? 'selected' : ''}>${text}</option>`)}
        </select>`,
      )
    },
    check(name, label, standIn) {
      const isChecked = typed === undefined ? standIn : typed.values[name] !== undefined
      return field(
        name,
        label,
        html`<input ${attributes(name)} type="checkbox" ${isChecked ? 'checked' : ''} />`,
        'check',
      )
    },
    fault: () => fields.select('fault', 'Fault', [['', 'none'], ...faultKinds.map((kind) => [kind, kind] as const)]),
    form: (action, label, content) =>
      html`<form method="post" action="${action}" id="${form}" class="form">
        ${content}
        <div class="acts">
          <button class="primary">${label}</button>
          ${typed?.problems[''] === undefined ? '' : html`<p class="wrong">${typed.problems['']}</p>`}
        </div>
      </form>`,
  }
  return fields
}

/** Choices that are shown as they are sent. */
export function same(values: readonly string[]): Choices {
  return values.map((value) => [value, value])
}
