import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { mostKeys, type Count, type EventQuery, type Job, type Problem, type ShownState } from '../../src/api.ts'
import { get, toProblem } from '../call.ts'
import { now } from '../clock.ts'
import { freezeFilters, toFilterLine, toFilterQuery } from '../events/filters.ts'
import { toCount, toPlural } from '../format.ts'
import { Choices } from './chip.tsx'
import { Confirm, Dialog } from './dialog.tsx'
import { startJob, type JobTarget } from './jobs.tsx'
import { Notice } from './notice.tsx'
import { Failed, Loading } from './states.tsx'
import { Text } from './text.tsx'
import { toExact } from './time.tsx'

export interface Bulk {
  readonly action: Job['action']
  /** Single events, or every event that matches. */
  readonly target: { readonly query: EventQuery } | { readonly keys: readonly string[] }
}

/** States that a change takes. The server asks for one, so that a count and what is changed are the same events. */
const takes: Readonly<Record<Job['action'], readonly ShownState[]>> = {
  replay: ['dead', 'done'],
  discard: ['dead', 'done', 'waiting', 'retrying'],
}

/** Counts what a bulk change is about, says it, and starts the change once it is confirmed. */
export function BulkConfirm(
  props: Bulk & { readonly onClose: () => void; readonly onStarted?: (() => void) | undefined },
) {
  const { target, action } = props
  const wanted = 'query' in target ? target.query.state : undefined
  const [state, setState] = useState<ShownState>(wanted ?? 'dead')
  if ('keys' in target && target.keys.length > mostKeys) {
    return (
      <Dialog title={`${toCount(target.keys.length)} events are too many to choose one by one`} onClose={props.onClose}>
        <p>
          At most {toCount(mostKeys)} chosen events are changed at once. Clear some, or set a filter and select all that
          match.
        </p>
        <CloseRow onClose={props.onClose} />
      </Dialog>
    )
  }
  if ('keys' in target)
    return <Counted {...props} target={target} count={{ count: target.keys.length, isExact: true }} />
  if (wanted !== undefined && !takes[action].includes(wanted)) {
    return (
      <Dialog
        title={`These events cannot be ${action === 'replay' ? 'replayed' : 'discarded'}`}
        onClose={props.onClose}
      >
        <p>
          {action === 'replay' ? 'Only dead and done events are replayed' : 'An event that a handler runs now stays'};
          the filter asks for {wanted} ones.
        </p>
        <CloseRow onClose={props.onClose} />
      </Dialog>
    )
  }
  const choice = wanted === undefined && (
    <Choices
      label="State"
      options={takes[action].map((name) => [name, name])}
      value={state}
      onChoose={(name) => setState(name as ShownState)}
    />
  )
  return <Counting key={state} {...props} query={{ ...target.query, state }} choice={choice} />
}

function CloseRow({ onClose }: { readonly onClose: () => void }) {
  return (
    <div class="acts">
      <button type="button" onClick={onClose}>
        Cancel
      </button>
    </div>
  )
}

type CountingProps = Parameters<typeof BulkConfirm>[0] & {
  readonly query: EventQuery
  /** Lets the visitor choose a state where the filter has none. */
  readonly choice: ComponentChildren
}

function Counting(props: CountingProps) {
  const [counted, setCounted] = useState<{ readonly query: EventQuery; readonly count: Count } | undefined>()
  const [problem, setProblem] = useState<Problem | undefined>()
  useEffect(() => {
    const abort = new AbortController()
    // The change is about the events that were counted, not about those that come in meanwhile.
    const query = freezeFilters(props.query, now.peek())
    get<Count>('events/count', toFilterQuery(query), abort.signal).then(
      (count) => setCounted({ query, count }),
      (error: unknown) => abort.signal.aborted || setProblem(toProblem(error)),
    )
    return () => abort.abort()
  }, [])
  if (counted !== undefined) return <Counted {...props} target={{ query: counted.query }} count={counted.count} />
  return (
    <Dialog title={`${verbs[props.action]} events`} onClose={props.onClose}>
      {props.choice}
      {problem === undefined ? <Loading label="Counting…" /> : <Failed problem={problem} />}
      <CloseRow onClose={props.onClose} />
    </Dialog>
  )
}

function Counted(props: {
  readonly action: Job['action']
  readonly target: JobTarget
  readonly count: Count
  readonly query?: EventQuery
  readonly choice?: ComponentChildren
  readonly onClose: () => void
  readonly onStarted?: (() => void) | undefined
}) {
  const { action, target } = props
  const [count, setCount] = useState(props.count)
  const [problem, setProblem] = useState<Problem | undefined>()
  const start = async (): Promise<boolean> => {
    try {
      await startJob(action, target, count.count)
      props.onStarted?.()
      return true
    } catch (error) {
      const found = toProblem(error)
      setProblem(found)
      if (found.count !== undefined) setCount({ ...count, count: found.count })
      return false
    }
  }
  const isDiscard = action === 'discard'
  return (
    <Confirm
      title={`${verbs[action]} ${count.isExact ? '' : 'more than '}${toPlural(count.count, 'event')}?`}
      action={`${verbs[action]} ${count.isExact ? toCount(count.count) : 'all'}`}
      isDanger={isDiscard}
      {...(isDiscard && { word: 'discard' })}
      isWaiting={count.count === 0}
      onConfirm={start}
      onClose={props.onClose}
    >
      {props.choice}
      {problem !== undefined && (
        <Notice tone="bad">
          <Text value={[problem.title, problem.detail].filter((part) => part !== undefined).join('. ')} />
        </Notice>
      )}
      {props.query !== undefined && (
        <p>
          Filter: <b>{<Text value={toFilterLine(props.query, toExact)} />}</b>
        </p>
      )}
      <p class="dim">{explain[action]}</p>
    </Confirm>
  )
}

const verbs = { replay: 'Replay', discard: 'Discard' }

const explain = {
  replay: 'Dead and done events go back to their handlers, from their first attempt. Others are left alone.',
  discard:
    'The events are removed for good, with their bodies. A sender who sends one again is not seen as a duplicate. Events that a handler runs now stay.',
}
