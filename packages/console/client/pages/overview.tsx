import type { Overview } from '../../src/api.ts'
import { toStepName } from '../chart/axis.ts'
import { Chart } from '../chart/chart.tsx'
import { Legend } from '../chart/legend.tsx'
import { StepsTable } from '../chart/steps-table.tsx'
import { Cards } from '../overview/cards.tsx'
import { RefusedCodes } from '../overview/refused-codes.tsx'
import { Senders } from '../overview/senders.tsx'
import { Silent } from '../overview/silent.tsx'
import { Store } from '../overview/store.tsx'
import { Heading } from '../parts/heading.tsx'
import { Panel } from '../parts/panel.tsx'
import { SpanChoice } from '../parts/span-choice.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { href, route } from '../router.ts'
import { session } from '../session.ts'
import { spanNames, toSpan, type Span } from '../span.ts'
import { useAnswer } from '../use-answer.ts'

/** Whether all is well, and where it is not. */
export function OverviewPage() {
  const span = toSpan(route.value.query['span'])
  const answer = useAnswer<Overview>('overview', { span }, { everyMs: 5_000, keep: true })
  return (
    <div class="stack">
      <div class="page-head">
        <Heading title="Overview" />
        <div class="right">
          <SpanChoice name="span" value={span} />
        </div>
      </div>
      <Answered answer={answer}>{(overview) => <Shown overview={overview} span={span} />}</Answered>
    </div>
  )
}

function Shown({ overview, span }: { readonly overview: Overview; readonly span: Span }) {
  return (
    <>
      <Silent silent={overview.silent} />
      <Cards overview={overview} span={span} />
      <div class="cols">
        <Panel
          label="Events over time"
          title={overview.hasMinutes ? `Events per ${toStepName(overview.stepMs)}` : 'Events over time'}
        >
          {overview.hasMinutes ? (
            <>
              <Chart overview={overview} />
              <Legend overview={overview} span={span} />
              <StepsTable overview={overview} />
            </>
          ) : (
            <Empty title={`No counts in the ${spanNames[span]}`}>
              Nothing arrived, or this store keeps no counts per minute. The cards above count what it holds now.{' '}
              <a href={href('events', { since: span })}>See its events</a>
            </Empty>
          )}
        </Panel>
        <Senders overview={overview} span={span} />
        <RefusedCodes overview={overview} span={span} />
        {session.value?.hasInbox !== false && <Store overview={overview} />}
      </div>
    </>
  )
}
