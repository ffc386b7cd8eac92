import type { EventFilter } from 'sallyport/inbox'
import type { EventQuery, ShownState } from './api.ts'
import { invalidRequest } from './console-error.ts'

const names = ['state', 'provider', 'type', 'since', 'until', 'tenant', 'order', 'failure', 'q'] as const
const states: readonly ShownState[] = ['waiting', 'retrying', 'active', 'done', 'dead']
const longestValue = 500

const spans: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A filter for the store: `waiting` and `retrying` are pending without and with a failure. */
export interface ReadQuery {
  readonly query: EventQuery
  readonly filter: EventFilter
}

/** Reads the filter of an address. @throws ConsoleError `CONSOLE_REQUEST_INVALID` */
export function readQuery(given: URLSearchParams, now: number): ReadQuery {
  return toQuery(Object.fromEntries(names.map((name) => [name, given.get(name) ?? undefined])), now)
}

/** Reads the filter of a JSON body. @throws ConsoleError `CONSOLE_REQUEST_INVALID` */
export function toQuery(given: unknown, now: number): ReadQuery {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) invalidRequest('query must be an object')
  // A misspelt filter would select more.
  for (const name of Object.keys(given)) if (!names.some((known) => known === name)) invalidRequest('unknown filter')
  const texts = new Map<string, string>()
  for (const name of names) {
    const value = readText(name, (given as Record<string, unknown>)[name])
    if (value !== undefined) texts.set(name, value)
  }
  const state = readState(texts.get('state'))
  const query = Object.fromEntries(texts) as EventQuery
  const isPending = state === 'waiting' || state === 'retrying'
  const filter: EventFilter = {
    state: isPending ? 'pending' : state,
    provider: query.provider,
    type: query.type,
    since: readTime('since', query.since, now),
    until: readTime('until', query.until, now),
    tenant: query.tenant,
    orderKey: query.order,
    failure: query.failure ?? (isPending ? state === 'retrying' : undefined),
    search: query.q,
    // No event that waits has a failure.
    keys: state === 'waiting' && query.failure !== undefined ? [] : undefined,
  }
  return { query, filter: defined(filter) }
}

/** Reads a time: a span before now as `1h`, or milliseconds since 1970. @throws ConsoleError `CONSOLE_REQUEST_INVALID` */
export function readTime(name: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined || text === '') return undefined
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  if (count !== undefined) return now - Number(count) * spans[unit!]!
  if (/^\d{1,15}$/.test(text)) return Number(text)
  return invalidRequest(`${name} must be a span as 1h, or milliseconds since 1970`)
}

function readState(text: string | undefined): ShownState | undefined {
  if (text === undefined) return undefined
  return states.find((state) => state === text) ?? invalidRequest(`state must be one of ${states.join(', ')}`)
}

function readText(name: string, value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string') return invalidRequest(`${name} must be text`)
  if (value.length > longestValue) invalidRequest(`${name} is longer than ${longestValue} characters`)
  return value
}

function defined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Value
}
