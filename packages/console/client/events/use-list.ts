import { useEffect, useRef, useState } from 'preact/hooks'
import type { EventList, EventQuery, EventRow, Problem } from '../../src/api.ts'
import { get, toProblem } from '../call.ts'
import type { Query } from '../route.ts'
import { session } from '../session.ts'
import { useAnswer } from '../use-answer.ts'
import { filterNames, toFilterQuery } from './filters.ts'
import { mergeTail } from './tail.ts'

export interface List {
  /** `undefined` until the first answer. */
  readonly rows: readonly EventRow[] | undefined
  /** New events that wait until they are asked for. */
  readonly fresh: number
  readonly showFresh: () => void
  readonly next?: string | undefined
  /** Set where the store was searched and not all of it was seen. */
  readonly scan?:
    | { readonly looked: number; readonly backTo?: number | undefined; readonly isBusy: boolean }
    | undefined
  readonly lookFurther: () => void
  /** Whether new events come in by themselves. */
  readonly isLive: boolean
  readonly isLoading: boolean
  readonly problem?: Problem | undefined
  readonly reload: () => void
}

const everyMs = 2_000
export const pageSize = 50

/** Whether one of the filters makes the store look at event by event. */
export const isScan = (filters: EventQuery): boolean =>
  filterNames.some((name) => filters[name] !== undefined && session.value?.scanned.includes(name) === true)

/** The events of one page: live on the first one, and without moving what somebody reads. */
export function useList(filters: EventQuery, after: string | undefined, isReading: boolean): List {
  const query: Query = { ...toFilterQuery(filters), after, limit: String(pageSize) }
  const key = JSON.stringify(query)
  const isLive = after === undefined && filters.until === undefined && !isScan(filters)
  const answer = useAnswer<EventList>('events', query, { everyMs: isLive ? everyMs : 0, keep: true })
  const further = useFurther(key, query)

  const [asked, setAsked] = useState(0)
  const view = useRef<{ key: string; asked: number; rows: readonly EventRow[] }>({ key: '', asked: 0, rows: [] })
  const latest = answer.data?.events
  const isCurrent = view.current.key === key && view.current.asked === asked
  // Until the answer for other filters is here, the page shows the old one, dimmed.
  let tail = { rows: view.current.rows, fresh: 0 }
  if (latest !== undefined && !answer.isLoading) {
    tail = { ...mergeTail(isCurrent ? view.current.rows : [], latest, isReading) }
    view.current = { key, asked, rows: tail.rows }
  }
  const isFirst = latest === undefined
  const found = further.list
  return {
    rows: isFirst ? undefined : [...tail.rows, ...found.events],
    fresh: tail.fresh,
    showFresh: () => setAsked(asked + 1),
    next: found.isSet ? found.next : answer.data?.next,
    scan: toScan(answer.data, further),
    lookFurther: () => void further.look(found.isSet ? found.next : answer.data?.next),
    isLive,
    isLoading: answer.isLoading,
    problem: answer.problem ?? further.problem,
    reload: answer.reload,
  }
}

interface Further {
  readonly list: {
    readonly isSet: boolean
    readonly events: readonly EventRow[]
    readonly next?: string | undefined
    readonly looked: number
    readonly backTo?: number | undefined
    /** Whether the last look ended before the page was full. */
    readonly isShort: boolean
  }
  readonly isBusy: boolean
  readonly problem?: Problem | undefined
  readonly look: (from: string | undefined) => Promise<void>
}

const nothing: Further['list'] = { isSet: false, events: [], looked: 0, isShort: false }

/** Looks further where a scan ended; what it finds is added to the page. */
function useFurther(key: string, query: Query): Further {
  const [list, setList] = useState(nothing)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | undefined>()
  const abort = useRef(new AbortController())
  useEffect(() => {
    abort.current = new AbortController()
    setList(nothing)
    setBusy(false)
    setProblem(undefined)
    return () => abort.current.abort()
  }, [key])
  const look = async (from: string | undefined): Promise<void> => {
    const { signal } = abort.current
    setBusy(true)
    try {
      const found = await get<EventList>('events', { ...query, after: from }, signal)
      setList((before) => ({
        isSet: true,
        events: [...before.events, ...found.events],
        next: found.next,
        looked: before.looked + (found.looked ?? 0),
        backTo: found.lookedBackTo,
        isShort: found.looked !== undefined,
      }))
      setProblem(undefined)
    } catch (error) {
      if (!signal.aborted) setProblem(toProblem(error))
    }
    if (!signal.aborted) setBusy(false)
  }
  return { list, isBusy, problem, look }
}

function toScan(data: EventList | undefined, { list, isBusy }: Further): List['scan'] {
  if (data?.looked === undefined || (list.isSet && (!list.isShort || list.next === undefined))) return undefined
  return { looked: data.looked + list.looked, backTo: list.isSet ? list.backTo : data.lookedBackTo, isBusy }
}
