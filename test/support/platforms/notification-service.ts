import { serve, type Answer, type Seen, type TestServer } from './http-server.ts'

/** A notification of the fake service. */
export interface Pending {
  readonly id: string
  readonly user_id?: string
  readonly [member: string]: unknown
}

/** The part of Sonzai's notifications that polling needs, in memory. */
export interface NotificationService extends TestServer {
  pending: Pending[]
  /** Ids in the order they were consumed, duplicates included. */
  readonly consumed: string[]
  /** Answers instead of the service if it returns something. */
  intercept: (seen: Seen) => Answer | Promise<Answer> | undefined
}

/** Starts the fake service; it closes after the test. */
export async function serveNotifications(...pending: readonly Pending[]): Promise<NotificationService> {
  const service = {
    pending: [...pending],
    consumed: [] as string[],
    intercept: (() => undefined) as NotificationService['intercept'],
  }
  const answer = (seen: Seen): Answer => {
    const { pathname, searchParams } = new URL(seen.url, 'http://localhost')
    const id = /\/notifications\/([^/]+)\/consume$/.exec(pathname)?.[1]
    if (id !== undefined) {
      if (!service.pending.some((one) => one.id === id)) return { status: 404 }
      service.pending = service.pending.filter((one) => one.id !== id)
      service.consumed.push(id)
      return { json: { success: true } }
    }
    if (!pathname.endsWith('/notifications')) return { status: 404 }
    const user = searchParams.get('user_id')
    const found = service.pending.filter((one) => user === null || one.user_id === user)
    return { json: { items: found.slice(0, Number(searchParams.get('limit') ?? 50)) } }
  }
  const server = await serve(async (seen) => (await service.intercept(seen)) ?? answer(seen))
  return Object.assign(service, server)
}

/** A notification as created by a wakeup. */
export function wakeup(number: number, more: Readonly<Record<string, unknown>> = {}): Pending {
  const content = `Hello ${number}`
  return {
    id: `n${number}`,
    type: 'wakeup',
    content,
    wakeup_id: `wk_${number}`,
    user_id: 'user-1',
    status: 'pending',
    ...more,
  }
}
