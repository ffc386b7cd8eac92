import { mostKeys, type Count, type EventQuery, type EventRow } from '../../src/api.ts'
import { toCount, toPlural } from '../format.ts'
import type { Bulk } from '../parts/bulk.tsx'
import { toClock } from '../parts/time.tsx'
import { isHidden } from '../poll.ts'
import { href } from '../router.ts'
import { may } from '../session.ts'
import { toFilterQuery } from './filters.ts'
import type { Selection } from './selection.ts'
import type { List } from './use-list.ts'

const toNumber = ({ count, isExact }: Count): string => `${isExact ? '' : 'more than '}${toCount(count)}`

/** Offers all events that match once those of the page are selected. */
export function SelectAll(props: {
  readonly selection: Selection
  readonly rows: readonly EventRow[]
  readonly count: Count | undefined
}) {
  const { selection, rows, count } = props
  if (selection.isAll) {
    return (
      <div class="select-all" role="status">
        All {count === undefined ? 'events' : toNumber(count)} that match are selected.
        <button type="button" class="link" onClick={selection.clear}>
          Clear
        </button>
      </div>
    )
  }
  const isPage = rows.length > 0 && rows.every(({ key }) => selection.keys.has(key))
  if (!isPage || (count?.isExact === true && count.count <= rows.length)) return null
  return (
    <div class="select-all" role="status">
      {toPlural(selection.keys.size, 'event')} selected.
      <button type="button" class="link" onClick={selection.selectAll}>
        Select all {count === undefined ? '' : toNumber(count)} that match
      </button>
    </div>
  )
}

/** Where a search ended before the page was full. */
export function Scanned({ scan, onLook }: { readonly scan: NonNullable<List['scan']>; readonly onLook: () => void }) {
  return (
    <div class="scanned" role="status">
      <span>
        Looked at {toPlural(scan.looked, 'event')}
        {scan.backTo !== undefined && <> back to {toClock(scan.backTo)}</>}.
      </span>
      <button type="button" disabled={scan.isBusy} onClick={onLook}>
        {scan.isBusy ? 'Looking…' : 'Look further'}
      </button>
    </div>
  )
}

/** Pages that came before, by the page that they led to; "newer" goes back to them. */
const before = new Map<string, string | undefined>()

/** What can be done with the selection, how many match, and the way to other pages. */
export function ListFoot(props: {
  readonly filters: EventQuery
  readonly after: string | undefined
  readonly list: List
  readonly count: Count | undefined
  readonly selection: Selection
  readonly onBulk: (bulk: Bulk) => void
}) {
  const { filters, after, list, count, selection } = props
  const selected = selection.isAll ? count : { count: selection.keys.size, isExact: true }
  const isAny = selection.isAll || selection.keys.size > 0
  const isTooMany = !selection.isAll && selection.keys.size > mostKeys
  const target = selection.isAll ? { query: filters } : { keys: [...selection.keys] }
  const shown = list.rows?.length ?? 0
  const query = toFilterQuery(filters)
  if (list.next !== undefined) before.set(list.next, after)
  return (
    <div class={`foot ${isAny ? 'sticky' : ''}`}>
      {isAny ? (
        <>
          <span>
            {selected === undefined ? 'All' : toNumber(selected)} selected
            {isTooMany && `: more than the ${toCount(mostKeys)} that can be chosen one by one`}
          </span>
          {may('replay') && (
            <button type="button" disabled={isTooMany} onClick={() => props.onBulk({ action: 'replay', target })}>
              Replay…
            </button>
          )}
          {may('discard') && (
            <button
              type="button"
              class="danger"
              disabled={isTooMany}
              onClick={() => props.onBulk({ action: 'discard', target })}
            >
              Discard…
            </button>
          )}
          <button type="button" class="link" onClick={selection.clear}>
            Clear
          </button>
        </>
      ) : (
        <span>{toLive(list, after)}</span>
      )}
      <span class="right">
        {count !== undefined && (
          <span>
            {toCount(shown)} of {toNumber(count)} {count.count === 1 && count.isExact ? 'matches' : 'match'}
          </span>
        )}
        {after !== undefined && <a href={href('events', { ...query, after: before.get(after) })}>Newer</a>}
        {list.next !== undefined && list.scan === undefined && (
          <a href={href('events', { ...query, after: list.next })}>Next page</a>
        )}
      </span>
    </div>
  )
}

function toLive(list: List, after: string | undefined): string {
  if (!list.isLive) return after === undefined ? 'Not live: reload to look again' : 'An older page: not live'
  return isHidden.value ? 'Paused while the page is hidden' : 'New events come in by themselves'
}
