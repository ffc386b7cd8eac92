import { setTimeout } from 'node:timers/promises'
import type { InboxStats } from 'sallyport/inbox'
import type { Overview } from '../api.ts'
import { createCache } from '../cache.ts'
import { invalidRequest } from '../console-error.ts'
import { findSilent } from '../silent.ts'
import { toOverview } from '../to-overview.ts'
import type { Parts, Route } from './route.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** How long each span is, its steps, and how long its answer is kept for other pages. */
const spans = {
  '1h': { spanMs: hourMs, stepMs: minuteMs, keepMs: 1_000 },
  '24h': { spanMs: dayMs, stepMs: 15 * minuteMs, keepMs: 5_000 },
  '7d': { spanMs: 7 * dayMs, stepMs: 2 * hourMs, keepMs: 30_000 },
} as const

type Span = keyof typeof spans

const silenceKeptMs = 60_000
// A page does not wait longer for what needs the counts of a week.
const silenceWaitMs = 1_000

/** Makes the route: it remembers what many open pages ask for. */
export function createOverviewRoute(parts: Parts): Route {
  let silent: Overview['silent'] = []
  const readSilent = createCache(
    async () => {
      const arrivals = await readArrivals(parts).catch(() => undefined)
      if (arrivals !== undefined) silent = findSilent(arrivals, parts.settings.now())
    },
    () => silenceKeptMs,
  )
  const readSilentSoon = async (): Promise<Overview['silent']> => {
    await Promise.race([readSilent(undefined), setTimeout(silenceWaitMs, undefined, { ref: false })])
    return silent
  }
  const read = createCache(
    (span: Span) => readOverview(span, parts, readSilentSoon),
    (span) => spans[span].keepMs,
  )
  return {
    needs: 'see',
    answer({ query }): Promise<Overview> {
      const span = query.get('span') ?? '1h'
      return Object.hasOwn(spans, span) ? read(span as Span) : invalidRequest('span must be 1h, 24h or 7d')
    },
  }
}

async function readOverview(
  span: Span,
  { settings, store }: Parts,
  readSilent: () => Promise<Overview['silent']>,
): Promise<Overview> {
  const now = settings.now()
  const { spanMs, stepMs } = spans[span]
  const since = now - spanMs
  const [stats, minutes = [], silent] = await Promise.all([store?.stats(), store?.minutes({ since }), readSilent()])
  const oldestWaitingMs = stats && store && (await readOldestWaiting(stats, store, now))
  const counts = settings.record?.counts({ since }) ?? []
  // A store that holds events and no count of them does not count.
  const isEmpty = Object.values(stats?.counts ?? {}).every((count) => count === 0)
  const hasMinutes = minutes.length > 0 || counts.length > 0 || isEmpty
  return toOverview({ now, spanMs, stepMs, stats, oldestWaitingMs, minutes, counts, silent, hasMinutes })
}

// Of those that wait for their first attempt: the oldest pending event may be one that is retried.
async function readOldestWaiting(
  { counts, retrying = 0, oldestPendingMs }: InboxStats,
  store: NonNullable<Parts['store']>,
  now: number,
): Promise<number | undefined> {
  if (counts.pending <= retrying) return undefined
  if (retrying === 0) return oldestPendingMs
  const { events } = await store.list({ state: 'pending', failure: false }, { sort: 'oldest', limit: 1 })
  return events[0] && Math.max(0, now - events[0].storedAt)
}

/** Deliveries of the past week, refused ones too: a sender that is refused is not silent. */
async function readArrivals({ settings, store }: Parts) {
  const since = settings.now() - 8 * dayMs
  const minutes = (await store?.minutes({ since })) ?? []
  const arrived = minutes.filter(({ outcome }) => outcome === 'stored' || outcome === 'duplicate')
  const refused = (settings.record?.counts({ since }) ?? []).filter(({ code }) => code !== undefined)
  return [...arrived, ...(store === undefined ? (settings.record?.counts({ since }) ?? []) : refused)]
}
