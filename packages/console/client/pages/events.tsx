import { useState } from 'preact/hooks'
import type { Count, EventQuery, Names } from '../../src/api.ts'
import { now } from '../clock.ts'
import { EventView } from '../event/event-view.tsx'
import { EventTable } from '../events/event-table.tsx'
import { FilterBar, type ChangeFilters } from '../events/filter-bar.tsx'
import { readFilters, toFilterQuery } from '../events/filters.ts'
import { ListFoot, Scanned, SelectAll } from '../events/list-foot.tsx'
import { Recent } from '../events/recent.tsx'
import { isScrolled } from '../events/reading.ts'
import { useSelection } from '../events/selection.ts'
import { useKeys } from '../events/use-keys.ts'
import { isScan, useList } from '../events/use-list.ts'
import { toCount } from '../format.ts'
import { BulkConfirm, type Bulk } from '../parts/bulk.tsx'
import { Heading } from '../parts/heading.tsx'
import { Jobs } from '../parts/jobs.tsx'
import { KeysHelp } from '../parts/keys-help.tsx'
import { Empty, Failed, Loading } from '../parts/states.tsx'
import { go, href, route } from '../router.ts'
import { may, session } from '../session.ts'
import { useAnswer } from '../use-answer.ts'
import { isWide } from '../wide.ts'

export function EventsPage() {
  return session.value?.hasInbox === false ? <Recent /> : <StoredEvents />
}

function StoredEvents() {
  const { query } = route.value
  const filters = readFilters(query)
  const { after, key: opened } = query
  const filterKey = JSON.stringify(filters)
  const selection = useSelection(filterKey)
  const [bulk, setBulk] = useState<Bulk | undefined>()
  const [isHelp, setHelp] = useState(false)
  const isReading = isScrolled.value || selection.keys.size > 0 || opened !== undefined || bulk !== undefined
  const list = useList(filters, after, isReading)
  const names = useAnswer<Names>('names', {}, { everyMs: 60_000 }).data
  const count = useCount(filters)
  const [since] = useState(now.peek())
  const canSelect = may('replay') || may('discard')

  const change: ChangeFilters = (changed, options) => {
    go('events', toFilterQuery({ ...filters, ...changed }), options)
  }
  const toEvent = (key: string): string =>
    isWide.value ? href('events', { ...toFilterQuery(filters), after, key }) : href('event', { key })
  const close = (): void => {
    go('events', { ...toFilterQuery(filters), after })
    if (opened !== undefined) focusRow(opened)
  }
  const open = (key: string, replace: boolean): void => {
    if (isWide.value) go('events', { ...toFilterQuery(filters), after, key }, { replace })
    else go('event', { key })
  }

  const move = (step: number): void => {
    const rows = list.rows ?? []
    const at = rows.findIndex(({ key }) => key === (focusedKey() ?? opened))
    const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step]
    if (next === undefined) return
    focusRow(next.key)
    if (opened !== undefined && isWide.value) open(next.key, true)
  }
  const target = (): string | undefined => focusedKey() ?? opened
  useKeys({
    '/': (event) => {
      event.preventDefault()
      document.querySelector<HTMLInputElement>('#search')?.select()
    },
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const key = target()
      if (key !== undefined && canSelect) selection.toggle(key)
    },
    r: () => {
      if (!may('replay')) return
      if (selection.isAll) return setBulk({ action: 'replay', target: { query: filters } })
      const key = target()
      const keys = selection.keys.size > 0 ? [...selection.keys] : key === undefined ? [] : [key]
      if (keys.length > 0) setBulk({ action: 'replay', target: { keys } })
    },
    '?': () => setHelp(true),
    Escape: () => (opened !== undefined ? close() : selection.clear()),
  })

  const isOpen = opened !== undefined
  return (
    <>
      <Heading title="Events" className="reader" />
      {list.fresh > 0 && (
        <div class="fresh">
          <button
            type="button"
            class="primary"
            onClick={() => {
              list.showFresh()
              scrollTo({ top: 0 })
            }}
          >
            {list.fresh >= 50 ? '50 or more' : toCount(list.fresh)} new
          </button>
        </div>
      )}
      <Jobs />
      <div class={isOpen ? 'split' : ''}>
        <section class={`panel list ${isOpen ? 'beside' : ''}`} aria-label="List of events">
          <FilterBar filters={filters} names={names} scanned={session.value?.scanned ?? []} onChange={change} />
          {canSelect && <SelectAll selection={selection} rows={list.rows ?? []} count={count} />}
          {list.problem !== undefined && <Failed problem={list.problem} onRetry={list.reload} />}
          {list.rows === undefined && list.problem === undefined && <Loading />}
          {list.rows?.length === 0 && !list.isLoading && list.scan === undefined && (
            <NoEvents isFiltered={filterKey !== '{}'} isLater={after !== undefined} />
          )}
          {list.rows !== undefined && list.rows.length > 0 && (
            <EventTable
              rows={list.rows}
              selection={selection}
              opened={opened}
              canSelect={canSelect}
              isStale={list.isLoading}
              since={since}
              toHref={toEvent}
            />
          )}
          {list.scan !== undefined && <Scanned scan={list.scan} onLook={list.lookFurther} />}
          {list.rows !== undefined && (
            <ListFoot
              filters={filters}
              after={after}
              list={list}
              count={count}
              selection={selection}
              onBulk={setBulk}
            />
          )}
        </section>
        {isOpen && (
          <aside class="panel detail" aria-label="Event">
            <EventView key={opened} eventKey={opened} onClose={close} />
          </aside>
        )}
      </div>
      {bulk !== undefined && <BulkConfirm {...bulk} onClose={() => setBulk(undefined)} onStarted={selection.clear} />}
      {isHelp && <KeysHelp onClose={() => setHelp(false)} />}
    </>
  )
}

/** How many match; not asked for on its own where that would be a scan. */
function useCount(filters: EventQuery): Count | undefined {
  const isOff = isScan(filters)
  const answer = useAnswer<Count>('events/count', toFilterQuery(filters), { everyMs: 10_000, isOff })
  return isOff ? undefined : answer.data
}

function NoEvents({ isFiltered, isLater }: { readonly isFiltered: boolean; readonly isLater: boolean }) {
  if (isLater) {
    return (
      <Empty title="No more events here">
        <a href={href('events', { ...toFilterQuery(readFilters(route.value.query)) })}>Go to the newest</a>
      </Empty>
    )
  }
  if (isFiltered) {
    return (
      <Empty title="No event matches">
        Remove a filter, or <a href={href('events')}>see all events</a>.
      </Empty>
    )
  }
  return (
    <Empty title="No events yet">
      They appear here as soon as a sender delivers one. Deliveries that are rejected are on the page{' '}
      <a href={href('refused')}>Refused</a>.
    </Empty>
  )
}

const focusedKey = (): string | undefined =>
  document.activeElement?.closest('tr')?.querySelector<HTMLElement>('[data-key]')?.dataset['key']

function focusRow(key: string): void {
  for (const link of document.querySelectorAll<HTMLElement>('[data-key]')) {
    if (link.dataset['key'] !== key) continue
    link.focus({ preventScroll: true })
    link.closest('tr')?.scrollIntoView({ block: 'nearest' })
  }
}
