import type { Context } from 'hono'
import { SallyportError } from 'sallyport'
import { SandboxError } from '../error.ts'
import type { Notice, Notices } from './notices.ts'

/** Runs a form's action, then redirects to the page that shows the result (post, redirect, get). */
export async function act(
  context: Context,
  notices: Notices,
  page: string,
  work: () => Promise<Notice> | Notice,
): Promise<Response> {
  const notice = await attempt(work)
  return context.redirect(`${page}?notice=${notices.add(notice)}`, 303)
}

async function attempt(work: () => Promise<Notice> | Notice): Promise<Notice> {
  try {
    return await work()
  } catch (error) {
    if (SandboxError.is(error) || SallyportError.is(error)) return { text: error.message, isError: true }
    throw error
  }
}
