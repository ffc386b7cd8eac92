import { redactCredentials, type StoredEvent } from 'sallyport/inbox'
import { ConsoleError } from '../console-error.ts'
import { getEvent } from '../store.ts'
import { toCurl } from '../to-curl.ts'
import { toHttpFile } from '../to-http-file.ts'
import { nameEvent } from './name-event.ts'
import { readKey } from './read-call.ts'
import { audited, needStore, type Call, type Parts, type Route } from './route.ts'

/** An event as an `.http` file, without credentials. */
export const httpFile: Route = {
  needs: 'body',
  audit: 'body',
  async answer(call, parts): Promise<Response> {
    const event = await readEvent(call, parts)
    const name = `${event.provider}-${event.id}`.replaceAll(/[^\w.-]/g, '_').slice(0, 100)
    return new Response(Buffer.from(toHttpFile(event)), {
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${name}.http"`,
      },
    })
  },
}

/** An event as a command of curl, without credentials. */
export const curl: Route = {
  needs: 'body',
  audit: 'body',
  async answer(call, parts): Promise<Response> {
    const text = toCurl(await readEvent(call, parts))
    return new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
  },
}

async function readEvent(call: Call, parts: Parts): Promise<StoredEvent> {
  if (call.visitor.bodies === 'mask') throw new ConsoleError('CONSOLE_FORBIDDEN', 'values of bodies are hidden')
  const event = await getEvent(needStore(parts), readKey(call.query.get('key')))
  return audited(call, parts, { action: 'body', what: nameEvent(event) }, () => ({
    ...event,
    ...redactCredentials(event, parts.settings.redact),
  }))
}
