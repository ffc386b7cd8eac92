import type { ComponentChildren } from 'preact'
import type { Overview } from '../../src/api.ts'
import { toTotal } from '../chart/outcomes.ts'
import { toCount, toDuration, toPlural } from '../format.ts'
import { Code } from '../parts/code.tsx'
import { href } from '../router.ts'
import { session } from '../session.ts'
import { spanNames, type Span } from '../span.ts'

/** The figures that say whether all is well; each leads to the events behind it. */
export function Cards({ overview, span }: { readonly overview: Overview; readonly span: Span }) {
  const { steps, hasMinutes, spanMs } = overview
  const handled = toTotal(steps, 'handled')
  return (
    <section class="cards" aria-label="Now">
      {hasMinutes ? (
        <Card name={`Handled, ${spanNames[span]}`} count={handled} to={href('events', { state: 'done', since: span })}>
          {toRate(handled, spanMs)}
        </Card>
      ) : (
        <Card name="Done" count={overview.done} to={href('events', { state: 'done' })}>
          kept in the store
        </Card>
      )}
      {session.value?.hasInbox !== false && <StateCards overview={overview} span={span} />}
      <RefusedCard overview={overview} span={span} />
    </section>
  )
}

function StateCards({ overview, span }: { readonly overview: Overview; readonly span: Span }) {
  const { steps, waiting, oldestWaitingMs, retrying, dead, active, hasMinutes } = overview
  const [retried, died] = [toTotal(steps, 'retried'), toTotal(steps, 'dead')]
  const within = `in the ${spanNames[span]}`
  return (
    <>
      <Card name="Waiting" count={waiting} to={href('events', { state: 'waiting' })}>
        {waiting === 0 ? 'nothing waits' : oldestWaitingMs !== undefined && `oldest ${toDuration(oldestWaitingMs)}`}
        {active > 0 && ` · ${toCount(active)} active`}
      </Card>
      <Card name="Retrying" count={retrying} to={href('events', { state: 'retrying' })}>
        {hasMinutes ? `${toPlural(retried, 'retry', 'retries')} ${within}` : 'wait for their next attempt'}
      </Card>
      <Card name="Dead" count={dead} to={href('events', { state: 'dead' })} tone={died > 0 ? 'bad' : undefined}>
        {hasMinutes ? (died > 0 ? `+${toCount(died)} ${within}` : `none ${within}`) : 'replay or discard them'}
      </Card>
    </>
  )
}

function RefusedCard({ overview, span }: { readonly overview: Overview; readonly span: Span }) {
  const main = overview.refusedByCode[0]
  const count = overview.refusedByCode.reduce((sum, group) => sum + group.count, 0)
  const to = href('refused', { since: span })
  if (session.value?.hasRecord === false)
    return (
      <Card name="Refused" to={to}>
        not recorded; see how
      </Card>
    )
  return (
    <Card name={`Refused, ${spanNames[span]}`} count={count} to={to}>
      {main === undefined ? (
        'none'
      ) : (
        <>
          {toCount(main.count)} <Code value={main.code} />
        </>
      )}
    </Card>
  )
}

function Card(props: {
  readonly name: string
  readonly count?: number
  readonly to: string
  readonly tone?: 'bad' | undefined
  readonly children: ComponentChildren
}) {
  return (
    <a class="card" href={props.to}>
      <span>{props.name}</span>
      <strong>{props.count === undefined ? '–' : toCount(props.count)}</strong>
      <em class={props.tone}>{props.children}</em>
    </a>
  )
}

function toRate(count: number, spanMs: number): string {
  const perMinute = (count * 60_000) / spanMs
  if (perMinute >= 1) return `${toCount(Math.round(perMinute))} a minute`
  return `${toCount(Math.round(perMinute * 60))} an hour`
}
