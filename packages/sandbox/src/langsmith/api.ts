import { Hono } from 'hono'
import { invalidValue, SandboxError } from '../error.ts'
import { readApiKey } from '../http/read-request.ts'
import { findKey, type CompleteKeys } from '../keys.ts'
import type { Commits } from './commits.ts'

/**
 * Creates the part of LangSmith's API that `pullAgent` and `pullSkill` of the npm package `langsmith` call; mount it at
 * `/v1/platform/hub/repos`.
 */
export function createLangsmithApi(commits: Commits, keys: CompleteKeys['fleet']): Hono {
  const api = new Hono()

  api.use(async (context, next) => {
    if (findKey(keys, readApiKey(context)) !== undefined) return next()
    throw new SandboxError('KEY_INVALID', 'send X-API-Key or Authorization: Bearer with a valid API key')
  })
  api.get('/:owner/:repo/directories', async (context) => {
    const { owner, repo } = context.req.param()
    const { repo_type: type = 'agent', commit: version } = context.req.query()
    if (type !== 'agent' && type !== 'skill') throw invalidValue('repo_type', 'must be agent or skill')
    // `-` is the workspace of the key; the sandbox has no other.
    if (owner !== '-') throw new SandboxError('NOT_FOUND', `there is no workspace ${owner}; use "-"`)
    const { id, hash, files } = await commits.find(type, repo, version)
    const entries = Object.entries(files).map(([path, content]) => [path, { type: 'file', content }])
    return context.json({ commit_id: id, commit_hash: hash, files: Object.fromEntries(entries) as object })
  })

  // Not `notFound`: a mounted app ignores it.
  api.all('*', () => toAnswer(new SandboxError('NOT_FOUND', 'there is no such path or method')))
  api.onError((error) => toAnswer(error))
  return api
}

/** Converts an error to the answer that the API documents: a problem document. */
function toAnswer(error: unknown): Response {
  const { status, message, title } = SandboxError.is(error)
    ? error
    : { status: 500, message: 'the sandbox failed', title: 'Internal error' }
  const answered = status === 422 ? 400 : status
  return Response.json({ type: 'about:blank', title, status: answered, detail: message }, { status: answered })
}
