import { randomBytes } from 'node:crypto'
import { serve, type Answer, type Seen, type TestServer } from './http-server.ts'

/** A webhook of the fake service. */
export interface Held {
  url: string
  authHeader?: string | undefined
  secret: string
  isActive: boolean
}

/** The part of Sonzai's management API for creating webhooks and rotating secrets, in memory. */
export interface SonzaiService extends TestServer {
  /** By project, or '', and event type. */
  readonly held: Map<string, Held>
  /** Answers instead of the service if it returns something. */
  intercept: (seen: Seen) => Answer | Promise<Answer> | undefined
  secretOf(key: string): string
}

/** Starts the fake service; it closes after the test. */
export async function serveSonzai(): Promise<SonzaiService> {
  const held = new Map<string, Held>()
  const makeSecret = (): string => `whsec_${randomBytes(24).toString('hex')}`

  const answer = (seen: Seen): Answer => {
    const match = /^\/api\/v1(?:\/projects\/([^/]+))?\/webhooks(?:\/([^/?]+))?(\/rotate-secret)?$/.exec(seen.url)
    if (!match) return { status: 404 }
    const [, project = '', eventType, rotate] = match
    const key = `${project}/${eventType}`
    const known = held.get(key)
    if (eventType === undefined) {
      const webhooks = [...held].flatMap(([name, { url, authHeader, isActive }]) =>
        name.startsWith(`${project}/`)
          ? [{ event_type: name.split('/')[1], webhook_url: url, auth_header: authHeader, is_active: isActive }]
          : [],
      )
      return { json: { webhooks: webhooks.length === 0 ? null : webhooks } }
    }
    if (seen.method === 'PUT') {
      const { webhook_url: url, auth_header: authHeader } = seen.body as Record<string, string>
      const secret = known?.secret ?? makeSecret()
      held.set(key, { url: url!, authHeader, secret, isActive: true })
      return { json: known ? { success: true } : { success: true, signing_secret: secret } }
    }
    if (known === undefined) return { status: 404, json: { title: 'Not Found' } }
    if (seen.method === 'DELETE') {
      held.delete(key)
      return { status: 204 }
    }
    if (rotate === undefined) return { status: 405 }
    known.secret = makeSecret()
    return { json: { success: true, signing_secret: known.secret } }
  }

  const service = {
    held,
    intercept: (() => undefined) as SonzaiService['intercept'],
    secretOf: (key: string) => held.get(key)!.secret,
  }
  const server = await serve(async (seen) => (await service.intercept(seen)) ?? answer(seen))
  return Object.assign(service, server)
}
