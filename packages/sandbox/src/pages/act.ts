import type { Context } from 'hono'
import { SallyportError } from 'sallyport'
import { SandboxError } from '../error.ts'
import type { Typed } from './fields.ts'
import { readForm, type FormValues } from './form-values.ts'
import type { Notice, Notices } from './notices.ts'

/** Where an action comes from. */
export interface ActionPlace {
  /** The page to show. */
  readonly page: string
  /** Id of the form, if it is one that is filled in. */
  readonly form?: string | undefined
  /** Inputs by the names that errors give to their values, where they differ. */
  readonly inputs?: Readonly<Record<string, string>> | undefined
}

/** Runs a form's action, then redirects to the page that shows the result (post, redirect, get). */
export async function act(
  context: Context,
  notices: Notices,
  place: ActionPlace,
  work: (values: FormValues) => Promise<Notice> | Notice,
): Promise<Response> {
  const notice = await attempt(place, await readForm(context), work)
  return context.redirect(`${notice.page ?? place.page}?notice=${notices.add(notice)}`, 303)
}

async function attempt(
  place: ActionPlace,
  values: FormValues,
  work: (values: FormValues) => Promise<Notice> | Notice,
): Promise<Notice> {
  try {
    const notice = await work(values)
    if (notice.isError !== true || place.form === undefined) return notice
    return { ...notice, typed: { form: place.form, values, problems: { '': notice.text } } }
  } catch (error) {
    if (!SandboxError.is(error) && !SallyportError.is(error)) throw error
    return { text: error.message, isError: true, typed: toTyped(place, values, error) }
  }
}

function toTyped({ form, inputs = {} }: ActionPlace, values: FormValues, error: SallyportError): Typed | undefined {
  if (form === undefined) return undefined
  const found = SandboxError.is(error) ? error.problems : []
  const problems = found.map(({ location, message }) => {
    const [, place = ''] = /^(?:body\.|path\.)?(.*)$/.exec(location) ?? []
    const name = findInput(inputs[place] ?? place, values)
    return [name, name === '' ? error.message : toSentence(message)] as const
  })
  return { form, values, problems: problems.length === 0 ? { '': error.message } : Object.fromEntries(problems) }
}

/** The input that holds a value: `headers` for `headers.X-Team`. */
function findInput(place: string, values: FormValues): string {
  if (Object.hasOwn(values, place)) return place
  return Object.keys(values).find((name) => place.startsWith(`${name}.`) || place.startsWith(`${name}[`)) ?? ''
}

function toSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
