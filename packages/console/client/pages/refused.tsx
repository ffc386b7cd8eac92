import type { RefusedList } from '../../src/api.ts'
import { toCount, toPlural } from '../format.ts'
import { Chip } from '../parts/chip.tsx'
import { Heading } from '../parts/heading.tsx'
import { Panel } from '../parts/panel.tsx'
import { SenderChoice } from '../parts/sender-choice.tsx'
import { SpanChoice } from '../parts/span-choice.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { Codes } from '../refused/codes.tsx'
import { Deliveries } from '../refused/deliveries.tsx'
import { NotRecorded } from '../refused/not-recorded.tsx'
import { go, href, route } from '../router.ts'
import { session } from '../session.ts'
import { useAnswer } from '../use-answer.ts'

/** Why deliveries were refused, and what to do. */
export function RefusedPage() {
  if (session.value?.hasRecord === false)
    return (
      <section class="panel" aria-label="Refused">
        <div class="head">
          <Heading title="Refused" />
        </div>
        <NotRecorded />
      </section>
    )
  return <Recorded />
}

function Recorded() {
  const { query } = route.value
  const { provider = '', code = '', since = '' } = query
  const answer = useAnswer<RefusedList>('refused', { provider, code, since }, { everyMs: 5_000, keep: true })
  const list = answer.data
  const total = list?.counts.reduce((sum, { count }) => sum + count, 0) ?? 0
  return (
    <div class="stack">
      <section class="panel" aria-label="Refused">
        <div class="head">
          <Heading title="Refused" />
          {total > 0 && <span class="dim">{toPlural(total, 'delivery', 'deliveries')}</span>}
          {code !== '' && (
            <Chip name="Code" value={code} onRemove={() => go('refused', { ...query, code: undefined })} />
          )}
          <div class="right">
            <SenderChoice more={list?.counts.map((group) => group.provider) ?? []} />
            <SpanChoice name="since" value={since} all />
          </div>
        </div>
        <Answered answer={answer}>
          {(shown) =>
            shown.counts.length === 0 && shown.refusals.length === 0 ? (
              <Nothing isFiltered={provider !== '' || code !== '' || since !== ''} />
            ) : (
              <Codes list={shown} />
            )
          }
        </Answered>
      </section>
      {list !== undefined && list.refusals.length > 0 && (
        <Panel
          label="Latest refused deliveries"
          title="Latest"
          right={
            total > list.refusals.length ? (
              <span class="dim">a sample of {toCount(list.refusals.length)}</span>
            ) : undefined
          }
        >
          <Deliveries refusals={list.refusals} />
        </Panel>
      )}
    </div>
  )
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered)
    return (
      <Empty title="Nothing was refused with these filters">
        <a href={href('refused')}>Show everything that was refused</a>
      </Empty>
    )
  return (
    <Empty title="Nothing was refused">
      Every delivery since the start was signed and valid. A refused one appears here with what to do about it.
    </Empty>
  )
}
