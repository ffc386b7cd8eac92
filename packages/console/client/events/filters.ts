import type { EventQuery, ShownState } from '../../src/api.ts'
import type { Query } from '../route.ts'

export const states: readonly ShownState[] = ['waiting', 'retrying', 'active', 'done', 'dead']
/** Times that are counted from now. */
export const spans = ['1h', '24h', '7d'] as const

export type FilterName = keyof EventQuery

/** Filters in the order of the address. */
export const filterNames: readonly FilterName[] = [
  'state',
  'provider',
  'type',
  'since',
  'until',
  'tenant',
  'order',
  'failure',
  'q',
]

const spanMs: Readonly<Record<string, number>> = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 }
const isTime = (value: string): boolean => value in spanMs || (/^\d{1,16}$/.test(value) && Number(value) <= 8.64e15)

/** Reads the filters of an address; values that no filter takes are left out. */
export function readFilters(query: Query): EventQuery {
  const filters: Record<string, string> = {}
  for (const name of filterNames) {
    const value = query[name]
    if (value === undefined || value === '' || !isAllowed(name, value)) continue
    filters[name] = value
  }
  return filters
}

function isAllowed(name: FilterName, value: string): boolean {
  if (name === 'state') return (states as readonly string[]).includes(value)
  return name === 'since' || name === 'until' ? isTime(value) : true
}

/** The filters as an address has them. */
export function toFilterQuery(filters: EventQuery): Query {
  return Object.fromEntries(filterNames.map((name) => [name, filters[name]]))
}

/** Replaces relative times and bounds an open end, so that a count and a change that follows mean the same events. */
export function freezeFilters(filters: EventQuery, now: number): EventQuery {
  const toFixed = (value: string): string => (value in spanMs ? String(now - spanMs[value]!) : value)
  const { since, until } = filters
  return {
    ...filters,
    ...(since !== undefined && { since: toFixed(since) }),
    until: until === undefined ? String(now) : toFixed(until),
  }
}

export const filterLabels: Readonly<Record<FilterName, string>> = {
  state: 'State',
  provider: 'Sender',
  type: 'Type',
  since: 'Time',
  until: 'Until',
  tenant: 'Tenant',
  order: 'Order key',
  failure: 'Failure',
  q: 'Text',
}

const spanWords: Readonly<Record<string, string>> = { '1h': 'last hour', '24h': 'last 24 h', '7d': 'last 7 d' }

/** The value of a filter as people read it. @param toText a time in the reader's zone */
export function toFilterText(name: FilterName, value: string, toText: (at: number) => string): string {
  if (name !== 'since' && name !== 'until') return value
  const text = spanWords[value] ?? toText(Number(value))
  return name === 'since' && !(value in spanWords) ? `from ${text}` : text
}

/** All filters in one line, as `State dead, Sender stripe`. */
export function toFilterLine(filters: EventQuery, toText: (at: number) => string): string {
  const set = filterNames.flatMap((name) => {
    const value = filters[name]
    return value === undefined ? [] : [`${filterLabels[name]} ${toFilterText(name, value, toText)}`]
  })
  return set.length === 0 ? 'every event' : set.join(', ')
}

/** A time for `<input type="datetime-local">`, in the reader's zone. */
export function toLocalInput(value: string | undefined): string {
  if (value === undefined || !/^\d+$/.test(value)) return ''
  const at = new Date(Number(value))
  const pad = (part: number): string => String(part).padStart(2, '0')
  const day = `${String(at.getFullYear()).padStart(4, '0')}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`
  return `${day}T${pad(at.getHours())}:${pad(at.getMinutes())}`
}

/** The other way round; `undefined` for an empty or incomplete input. */
export function fromLocalInput(value: string): string | undefined {
  const at = value === '' ? Number.NaN : new Date(value).getTime()
  return Number.isFinite(at) && at >= 0 ? String(at) : undefined
}
