import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConsole, type ConsoleAccess, type ConsoleOptions } from '@sallyport/console'
import { mount } from '@sallyport/console/node'
import { anyOf } from 'sallyport'
import { createSqliteEngine, type Engine, type Inbox } from 'sallyport/inbox'
import { recordDeliveries, type DeliveryRecord } from 'sallyport/record'
import { createReceivers, deliverRefused, deliverWaiting, seedInbox, type Receivers } from './seed.ts'

/** How a console is opened for a test. */
export interface OpenOptions {
  /** What visitors may do; `access` of the opened console changes it. @default 'operate' */
  readonly access?: ConsoleAccess
  /** Makes an engine over the store, several times. @default SQLite in a temporary file */
  readonly createEngine?: () => Engine
  /** Whether the inbox keeps credentials. @default false */
  readonly keepSecretHeaders?: boolean
  /** Path of the console. @default '/console' */
  readonly basePath?: string
  /** Makes what the console looks at from the inbox. @default the inbox itself */
  readonly toShown?: (inbox: Inbox) => Inbox
  /** Further options of the console. */
  readonly options?: Partial<ConsoleOptions>
}

/** A console over a seeded store, on a server. */
export interface OpenedConsole {
  /** Address of the overview, with a slash at its end. */
  readonly url: string
  /** What visitors may do from now on. */
  access: ConsoleAccess
  readonly inbox: Inbox
  readonly record: DeliveryRecord
  readonly receivers: Receivers
  close(): Promise<void>
}

/**
 * Opens a console on a real server over real events: some done, dead, retrying and waiting, some with hostile texts, and some
 * refused. Nothing is handled until `inbox.work()`.
 *
 * @example
 * const opened = await openConsole({ access: 'view' })
 * const { events } = await (await fetch(`${opened.url}api/events`)).json()
 * await opened.close()
 */
export async function openConsole(given: OpenOptions = {}): Promise<OpenedConsole> {
  const { keepSecretHeaders = false, basePath = '/console', options = {} } = given
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-console-'))
  const createEngine = given.createEngine ?? (() => createSqliteEngine({ path: join(folder, 'events.db') }))
  const record = recordDeliveries()
  const inbox = await seedInbox(createEngine, keepSecretHeaders)
  const receivers = createReceivers(inbox)
  await deliverWaiting(receivers)
  await deliverRefused(receivers)
  const { orders, ...senders } = receivers
  const opened = { access: given.access ?? 'operate' }
  const handler = createConsole({
    inbox: given.toShown?.(inbox) ?? inbox,
    receivers: [orders, anyOf({ ...senders })],
    record,
    basePath,
    authorize: () => ({ can: opened.access, who: 'ada@example.com' }),
    ...options,
  })
  const server = createServer(mount(handler))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(opened, {
    url: `http://127.0.0.1:${port}${basePath === '/' ? '' : basePath}/`,
    inbox,
    record,
    receivers,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      record.stop()
      await inbox.stop({ drainMs: 0 })
      rmSync(folder, { recursive: true })
    },
  })
}
