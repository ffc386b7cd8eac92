import type { Receiver } from 'sallyport'
import type { Agents } from '../agents/agents.ts'
import type { AuditEntry, ConsoleAction } from '../api.ts'
import type { Audit } from '../audit.ts'
import type { Visitor } from '../authorize.ts'
import { ConsoleError } from '../console-error.ts'
import type { Jobs } from '../jobs.ts'
import type { Settings } from '../options.ts'
import type { Store } from '../store.ts'

/** What the routes work on. */
export interface Parts {
  readonly settings: Settings
  /** `undefined` without an inbox. */
  readonly store: Store | undefined
  /** By the name of their provider. */
  readonly receivers: ReadonlyMap<string, Pick<Receiver, 'checkStored'>>
  /** `undefined` without a folder of agents. */
  readonly agents: Agents | undefined
  readonly audit: Audit
  readonly jobs: Jobs
}

/** One request of a visitor who may do what the route needs. */
export interface Call {
  readonly query: URLSearchParams
  /** The JSON body of a POST; empty otherwise. */
  readonly body: Readonly<Record<string, unknown>>
  readonly visitor: Visitor
  readonly remoteAddress: string | undefined
}

/** One address of the console below `api/`. */
export interface Route {
  /** What a visitor must be allowed to do; checked before the body is read. */
  readonly needs: ConsoleAction
  /** Under which name a visitor who is not allowed to is written to the audit list. @default not at all */
  readonly audit?: AuditEntry['action'] | undefined
  /** Resolves to what is sent as JSON, or to an answer of its own. */
  answer(call: Call, parts: Parts): object | Promise<object>
}

/** @throws ConsoleError `CONSOLE_NO_INBOX` */
export function needStore({ store }: Parts): Store {
  if (store === undefined) throw new ConsoleError('CONSOLE_NO_INBOX')
  return store
}

/** Writes to the audit list what is done, or what failed; the result is a count, where it is a number. */
export async function audited<Result>(
  { visitor, remoteAddress }: Call,
  { audit }: Parts,
  what: Pick<AuditEntry, 'action' | 'what'>,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const entry = { ...what, who: visitor.who, remoteAddress }
  try {
    const result = await work()
    audit.add({ ...entry, count: typeof result === 'number' ? result : undefined, outcome: 'done' })
    return result
  } catch (error) {
    audit.add({ ...entry, outcome: 'failed' })
    throw error
  }
}
