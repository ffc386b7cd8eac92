import type { MinuteCount } from '../engine.ts'
import type { Statements } from './statements.ts'
import type { ThreadClient } from './thread-client.ts'

// What one call reads or deletes.
const mostRows = 2_000
const keptMs = 7 * 86_400_000

type Place = readonly [minute: number, provider: string, outcome: string]

/** Where a call goes on. */
export interface MinuteRange {
  /** The last count of the call before. */
  readonly after: Place
  readonly until: number
}

/** Some of the counts, oldest first. */
export interface MinuteSlice {
  readonly counts: readonly MinuteCount[]
  readonly next: Place | undefined
}

/** Keeps what happened per minute; inside the caller's transaction. */
export function createMinutes({ prepare, run }: Statements) {
  const place = 'minute = ? AND provider = ? AND outcome = ?'

  function add({ minute, provider, outcome, count, durations }: MinuteCount): void {
    const known = prepare(`SELECT durations FROM minutes WHERE ${place}`).get(minute, provider, outcome)
    const before = readDurations(known?.['durations'])
    const sum = durations === undefined ? before : durations.map((more, index) => more + (before?.[index] ?? 0))
    run(
      `INSERT INTO minutes (minute, provider, outcome, count, durations) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET count = count + excluded.count, durations = excluded.durations`,
      minute,
      provider,
      outcome,
      count,
      sum === undefined ? null : JSON.stringify(sum),
    )
  }

  return {
    addMinutes: (counts: readonly MinuteCount[]): void => counts.forEach(add),

    minutes({ after, until }: MinuteRange): MinuteSlice {
      const rows = prepare(
        `SELECT * FROM minutes WHERE (minute, provider, outcome) > (?, ?, ?) AND minute < ?
          ORDER BY minute, provider, outcome LIMIT ?`,
      ).all(...after, until, mostRows)
      const counts = rows.map(toCount)
      const last = counts.at(-1)
      const isMore = rows.length === mostRows && last !== undefined
      return { counts, next: isMore ? [last.minute, last.provider, last.outcome] : undefined }
    },

    /** Deletes some of the counts that are older than a week; returns how many. */
    pruneMinutes(now: number): number {
      const old = 'SELECT minute, provider, outcome FROM minutes WHERE minute < ? LIMIT ?'
      return run(`DELETE FROM minutes WHERE (minute, provider, outcome) IN (${old})`, now - keptMs, mostRows)
    },
  }
}

function toCount(row: Record<string, unknown>): MinuteCount {
  const { minute, provider, outcome, count } = row as unknown as MinuteCount
  const durations = readDurations(row['durations'])
  return durations === undefined
    ? { minute, provider, outcome, count }
    : { minute, provider, outcome, count, durations }
}

function readDurations(text: unknown): number[] | undefined {
  return typeof text === 'string' ? (JSON.parse(text) as number[]) : undefined
}

/** Reads in parts, so that other reads come in between. */
export async function listMinutes(
  reader: ThreadClient,
  { since, until = Number.MAX_SAFE_INTEGER }: { readonly since: number; readonly until?: number | undefined },
): Promise<MinuteCount[]> {
  const from = Math.max(since, Date.now() - keptMs)
  const counts: MinuteCount[] = []
  // No provider is empty: this is before the first of the minute.
  let after: Place | undefined = [from, '', '']
  while (after !== undefined) {
    const slice: MinuteSlice = await reader.ask('minutes', { after, until })
    counts.push(...slice.counts)
    after = slice.next
  }
  return counts
}
