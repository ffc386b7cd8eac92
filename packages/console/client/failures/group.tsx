import { useState } from 'preact/hooks'
import type { EventQuery, FailureList } from '../../src/api.ts'
import { toCount } from '../format.ts'
import type { Bulk } from '../parts/bulk.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import { href } from '../router.ts'
import { may } from '../session.ts'
import { LatestEvents } from './latest-events.tsx'
import { NextAttempt } from './next-attempt.tsx'
import { Shape } from './shape.tsx'

export type FailureGroup = FailureList['groups'][number]

/** Events that fail the same way, and what can be done with all of them. */
export function Group(props: {
  readonly group: FailureGroup
  readonly since: string | undefined
  /** Whether the next attempt is looked up. */
  readonly hasNext: boolean
  readonly onBulk: (bulk: Bulk) => void
}) {
  const { group, hasNext, onBulk } = props
  const { failure, provider, type, dead, retrying, firstAt, lastAt, sample } = group
  const [isOpen, setIsOpen] = useState(false)
  const query: EventQuery = { provider, type, failure, ...(props.since !== undefined && { since: props.since }) }
  const leftover = dead > 0 ? 'dead' : 'retrying'
  const name = <span class="reader"> of {<Text value={failure} most={120} />}</span>
  return (
    <article class="group">
      <div>
        <h2>
          <Shape failure={failure} />
        </h2>
        <p>
          <Text value={provider} most={60} /> · <span class="mono">{<Text value={type} most={120} />}</span> · first{' '}
          <Time at={firstAt} as="clock" />, last <Time at={lastAt} as="ago" />
          {retrying > 0 && hasNext && <NextAttempt query={query} />}
        </p>
      </div>
      <div class="acts">
        <span class="tags">
          {dead > 0 && (
            <a class="tag bad" href={href('events', { ...query, state: 'dead' })}>
              {toCount(dead)} dead
            </a>
          )}
          {retrying > 0 && (
            <a class="tag warn" href={href('events', { ...query, state: 'retrying' })}>
              {toCount(retrying)} retrying
            </a>
          )}
        </span>
        <a class="button" href={href('events', { ...query })}>
          Events{name}
        </a>
        {may('discard') && (
          <button
            type="button"
            class="danger"
            onClick={() => onBulk({ action: 'discard', target: { query: { ...query, state: leftover } } })}
          >
            Discard {toCount(dead > 0 ? dead : retrying)}…{name}
          </button>
        )}
        {may('replay') && dead > 0 && (
          <button
            type="button"
            class="primary"
            onClick={() => onBulk({ action: 'replay', target: { query: { ...query, state: 'dead' } } })}
          >
            Replay {toCount(dead)}…{name}
          </button>
        )}
      </div>
      <details class="whole" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>Latest events{name}</summary>
        {isOpen && (
          <>
            <LatestEvents query={query} />
            <p>
              <a href={href('event', { key: sample })}>Open the last one</a>
            </p>
          </>
        )}
      </details>
    </article>
  )
}
