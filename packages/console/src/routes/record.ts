import { describeError, SallyportError, type ErrorCode } from 'sallyport'
import type { DeliveryRecord, RecordFilter } from 'sallyport/record'
import type { RecentList, RefusedList } from '../api.ts'
import { ConsoleError, invalidRequest } from '../console-error.ts'
import { readTime } from '../read-query.ts'
import type { Call, Parts, Route } from './route.ts'

/** A sample of refused deliveries, and how many there were by code. */
export const refused: Route = {
  needs: 'see',
  answer(call, parts): RefusedList {
    const { record, filter, now } = readRecord(call, parts)
    const refusals = record.refused(filter).map(({ outcome: _, durationMs: _duration, ...refusal }) => {
      const { title, fix } = describeError(refusal.code)
      return { ...refusal, title, fix }
    })
    const counts = new Map<string, { code: string; provider: string; count: number }>()
    for (const { code, provider, count } of record.counts(filter)) {
      if (code === undefined) continue
      const known = counts.get(`${code} ${provider}`) ?? { code, provider, count: 0 }
      known.count += count
      counts.set(`${code} ${provider}`, known)
    }
    return { refusals, counts: [...counts.values()].toSorted((one, other) => other.count - one.count), now }
  },
}

/** The latest deliveries, where no inbox keeps them. */
export const recent: Route = {
  needs: 'see',
  answer(call, parts): RecentList {
    const { record, filter, now } = readRecord(call, parts)
    return { deliveries: record.recent(filter), now }
  },
}

function readRecord(
  { query }: Call,
  { settings }: Parts,
): { record: DeliveryRecord; filter: RecordFilter; now: number } {
  const { record } = settings
  if (record === undefined) throw new ConsoleError('CONSOLE_NO_RECORD')
  const now = settings.now()
  const filter = {
    provider: query.get('provider') || undefined,
    code: (query.get('code') || undefined) as ErrorCode | undefined,
    since: readTime('since', query.get('since') ?? undefined, now),
  }
  checkCode(filter.code)
  return { record, filter, now }
}

function checkCode(code: ErrorCode | undefined): void {
  if (code === undefined) return
  try {
    describeError(code)
  } catch (error) {
    if (SallyportError.is(error)) throw error
    invalidRequest('code must be a code from the error table')
  }
}
