import { useState } from 'preact/hooks'
import type { FailureList } from '../../src/api.ts'
import { Group } from '../failures/group.tsx'
import { toPlural } from '../format.ts'
import { BulkConfirm, type Bulk } from '../parts/bulk.tsx'
import { Heading } from '../parts/heading.tsx'
import { ended, Jobs } from '../parts/jobs.tsx'
import { SenderChoice } from '../parts/sender-choice.tsx'
import { SpanChoice } from '../parts/span-choice.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { href, route } from '../router.ts'
import { session } from '../session.ts'
import { useAnswer } from '../use-answer.ts'

/** Groups whose next attempt is looked up: one request each. */
const mostLookedUp = 10

/** Dead and retrying events, grouped by what they fail with. */
export function FailuresPage() {
  return session.value?.hasInbox === false ? <NotStored /> : <Stored />
}

function Stored() {
  const { provider = '', since = '' } = route.value.query
  const options = { everyMs: 10_000, keep: true, round: ended.value } as const
  const answer = useAnswer<FailureList>('failures', { provider, since }, options)
  const [bulk, setBulk] = useState<Bulk | undefined>()
  return (
    <div class="stack">
      <Jobs />
      <section class="panel" aria-label="Failures">
        <div class="head">
          <Heading title="Failures" />
          {answer.data !== undefined && <Summary list={answer.data} />}
          <div class="right">
            <SenderChoice />
            <SpanChoice name="since" value={since} all />
          </div>
        </div>
        <Answered answer={answer}>
          {({ groups }) =>
            groups.length === 0 ? (
              <Nothing isFiltered={provider !== '' || since !== ''} />
            ) : (
              <>
                {groups.map((group, index) => (
                  <Group
                    key={`${group.provider} ${group.type} ${group.failure}`}
                    group={group}
                    since={since === '' ? undefined : since}
                    hasNext={index < mostLookedUp}
                    onBulk={setBulk}
                  />
                ))}
              </>
            )
          }
        </Answered>
      </section>
      {bulk !== undefined && <BulkConfirm {...bulk} onClose={() => setBulk(undefined)} />}
    </div>
  )
}

function NotStored() {
  return (
    <section class="panel" aria-label="Failures">
      <div class="head">
        <Heading title="Failures" />
      </div>
      <Empty title="Events are not stored here">
        Failed events can be grouped and replayed where receivers have an inbox. Give it to the console as{' '}
        <code>inbox</code>. <a href={href('events')}>See the latest deliveries</a>
      </Empty>
    </section>
  )
}

function Summary({ list: { groups, isExact } }: { readonly list: FailureList }) {
  const count = groups.reduce((sum, group) => sum + group.dead + group.retrying, 0)
  if (count === 0) return null
  return (
    <span class="dim">
      {toPlural(count, 'event')} in {toPlural(groups.length, 'group')} by sender, type and error
      {!isExact && ', of the newest 10,000 that fail'}
    </span>
  )
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered)
    return (
      <Empty title="Nothing fails with these filters">
        <a href={href('failures')}>Show all failures</a>
      </Empty>
    )
  return <Empty title="Nothing fails">Events whose handlers fail appear here, grouped by sender, type and error.</Empty>
}
