import type { EventDetail } from '../../src/api.ts'
import { toBytes, toDuration, toPlural } from '../format.ts'
import { CopyButton } from '../parts/copy.tsx'
import { Tag } from '../parts/tag.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import { may, session } from '../session.ts'
import { CheckAgain } from './check-again.tsx'

/** What is known about an event, without its headers and body. */
export function Facts({ event }: { readonly event: EventDetail }) {
  const { duplicates } = event
  const canCheck = may('check') && session.value?.providers.includes(event.provider) === true
  return (
    <dl class="facts">
      <dt>Sender</dt>
      <dd>
        <Text value={event.provider} />
        {event.tenant !== undefined && (
          <>
            {' '}
            · tenant <Text value={event.tenant} />
          </>
        )}
      </dd>
      <dt>Event id</dt>
      <dd class="mono">
        <Text value={event.id} /> <CopyButton text={event.id} what="event id" />
      </dd>
      <dt>Arrived</dt>
      <dd>
        <Time at={event.receivedAt} as="exact" />
      </dd>
      <dt>Verified</dt>
      <dd>
        <Verified event={event} />
      </dd>
      {event.orderKey !== undefined && (
        <>
          <dt>Order key</dt>
          <dd class="mono">
            <Text value={event.orderKey} />
          </dd>
        </>
      )}
      <dt>Duplicates</dt>
      <dd>
        {!event.hasHistory && <span class="dim">This store does not count them</span>}
        {event.hasHistory && duplicates.count === 0 && <span class="dim">none</span>}
        {duplicates.count > 0 && (
          <>
            {toPlural(duplicates.count, 'more copy', 'more copies')}, dropped (
            {duplicates.latest.slice(0, 5).map(({ receivedAt }, index) => (
              <span key={index}>
                {index > 0 && ', '}
                <Time at={receivedAt} as="clock" />
              </span>
            ))}
            {duplicates.count > Math.min(5, duplicates.latest.length) && ' …'})
          </>
        )}
      </dd>
      <dt>Request</dt>
      <dd>
        <Text value={`${event.method} ${event.url}`} most={300} />
        <span class="dim">
          {' '}
          · {toBytes(event.bodyBytes)}
          {event.encoding !== undefined && <> {<Text value={event.encoding} most={40} />}</>}
          {event.remoteAddress !== undefined && <> from {<Text value={event.remoteAddress} most={80} />}</>}
          {event.secure !== undefined && (event.secure ? ' over TLS' : ' without TLS')}
        </span>
      </dd>
      <dt>Schema</dt>
      <dd>{canCheck ? <CheckAgain eventKey={event.key} /> : <span class="dim">{whyNoCheck()}</span>}</dd>
    </dl>
  )
}

const whyNoCheck = (): string =>
  may('check') ? 'This console has no receiver of this sender to check it with' : 'You may not check events again'

function Verified({ event }: { readonly event: EventDetail }) {
  if (event.proof === 'none')
    return (
      <>
        <Tag tone="warn">not authenticated</Tag>{' '}
        <span class="dim">its receiver takes what anybody sends (acceptUnauthenticated)</span>
      </>
    )
  if (event.proof === 'fetched')
    return (
      <>
        <Tag>fetched</Tag> <span class="dim">your program read it from the sender; it has no signature</span>
      </>
    )
  return (
    <>
      <Tag tone="good">
        by key <Text value={event.keyId} most={80} />
      </Tag>{' '}
      <Signed event={event} />
    </>
  )
}

/** When the sender signed it, and how old that was when it arrived. */
function Signed({ event }: { readonly event: EventDetail }) {
  if (event.signedAt === undefined) return <span class="dim">no time is signed</span>
  const age = event.receivedAt - event.signedAt
  return (
    <span class="dim">
      signed at <Time at={event.signedAt} as="clock" />,{' '}
      {age >= 0 ? `${toDuration(age)} old` : `${toDuration(-age)} in the future`}
    </span>
  )
}
