import type { RecentList } from '../../src/api.ts'
import { toBytes, toDuration } from '../format.ts'
import { Heading } from '../parts/heading.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { Panel } from '../parts/panel.tsx'
import { Tag, type Tone } from '../parts/tag.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import { useAnswer } from '../use-answer.ts'

type Delivery = RecentList['deliveries'][number]

const tones: Readonly<Record<Delivery['outcome'], Tone>> = {
  accepted: 'info',
  handled: 'good',
  duplicate: 'plain',
  ignored: 'plain',
  unknown: 'warn',
  handshake: 'info',
  refused: 'bad',
  failed: 'bad',
}

/** The page Events of a console without an inbox: the latest deliveries of this process. */
export function Recent() {
  const answer = useAnswer<RecentList>('recent', {}, { everyMs: 2_000 })
  return (
    <Panel
      label="Latest deliveries"
      title={<Heading title="Latest deliveries" />}
      right={<span class="dim">Kept in memory: without an inbox no event is stored</span>}
    >
      <Answered answer={answer}>
        {({ deliveries }) =>
          deliveries.length === 0 ? (
            <Empty title="No deliveries yet">They appear here as soon as a sender delivers one.</Empty>
          ) : (
            <Rows deliveries={deliveries} />
          )
        }
      </Answered>
    </Panel>
  )
}

function Rows({ deliveries }: { readonly deliveries: readonly Delivery[] }) {
  return (
    <div class="table">
      <table class="list" aria-label="Latest deliveries">
        <thead>
          <tr>
            <th scope="col">Outcome</th>
            <th scope="col">Type</th>
            <th scope="col">Event id</th>
            <th scope="col">Answer</th>
            <th scope="col" class="num">
              Took
            </th>
            <th scope="col" class="num">
              Arrived
            </th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery, index) => (
            <Row key={index} delivery={delivery} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ delivery }: { readonly delivery: Delivery }) {
  const { code, remoteAddress, bodyBytes } = delivery
  const from = [
    `${delivery.status}`,
    code,
    bodyBytes === undefined ? undefined : toBytes(bodyBytes),
    remoteAddress && `from ${remoteAddress}`,
  ]
  return (
    <tr>
      <td class="status">
        <Tag tone={tones[delivery.outcome]}>{delivery.outcome}</Tag>
      </td>
      <td class="title">
        <span class="mono">
          <Text value={delivery.eventType ?? 'unknown'} most={120} />
        </span>{' '}
        <span class="dim from">
          <Text
            value={[delivery.provider, delivery.tenant].filter((part) => part !== undefined).join(' · ')}
            most={80}
          />
        </span>
      </td>
      <td class="id mono dim">{delivery.eventId !== undefined && <Text value={delivery.eventId} most={120} />}</td>
      <td class="cut dim">
        <Text value={from.filter((part) => part !== undefined).join(' · ')} />
      </td>
      <td class="num dim">{delivery.durationMs !== undefined && toDuration(delivery.durationMs)}</td>
      <td class="num dim end">
        <Time at={delivery.receivedAt} />
      </td>
    </tr>
  )
}
