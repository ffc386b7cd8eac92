import type { StoredEvent } from '../engine.ts'
import type { DuplicateNote } from '../duplicate-log.ts'
import { toHistory, type AttemptRecord, type EventHistory } from '../history.ts'
import { unfinishedKey } from './keys.ts'
import type { OpenQueue } from './open.ts'
import { toJobId } from './rows.ts'
import { runScript } from './scripts.ts'

/** Fields of a job that are about its past, in the order `readJobs` reads them. */
export type HistoryFields = readonly [
  processedOn: string | null,
  processedBy: string | null,
  stacktrace: string | null,
  seen: string | null,
  duplicates: string | null,
]

/** The history in the fields of a job. */
export function readHistory(
  event: StoredEvent,
  [processedOn, processedBy, stacktrace, seen, duplicates]: HistoryFields,
): EventHistory {
  const begunAt = processedOn === null ? undefined : Number(processedOn)
  const ended = ((parse(stacktrace) ?? []) as string[]).flatMap(readAttempt)
  const known = new Set(ended.map((attempt) => attempt.begunAt))
  if (event.state === 'active' || event.state === 'done') known.add(begunAt ?? 0)
  const lost = ((parse(seen) ?? []) as Omit<AttemptRecord, 'outcome'>[])
    .filter((attempt) => !known.has(attempt.begunAt))
    .map((attempt): AttemptRecord => ({ ...attempt, outcome: 'lost' }))
  return toHistory(event, {
    begunAt,
    worker: processedBy ?? undefined,
    ended: [...ended, ...lost].toSorted((one, other) => one.begunAt - other.begunAt),
    duplicates: (parse(duplicates) ?? { count: 0, latest: [] }) as EventHistory['duplicates'],
  })
}

function parse(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text)
}

// BullMQ itself notes a stack there when Redis did not take an outcome.
function readAttempt(text: string): AttemptRecord[] {
  try {
    return [JSON.parse(text) as AttemptRecord]
  } catch {
    return []
  }
}

/** Adds to what is counted; an event that is gone is skipped. */
export async function addDuplicates({ redis, toKey }: OpenQueue, notes: readonly DuplicateNote[]): Promise<void> {
  const values = notes.flatMap(({ key, count, latest }) => [toJobId(key), count, JSON.stringify(latest)])
  await runScript(redis, toKey, 'addDuplicates', unfinishedKey, toKey(''), ...values)
}
