import type { Overview } from '../../src/api.ts'
import { toDuration, toPlural } from '../format.ts'
import { Notice } from '../parts/notice.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import { href } from '../router.ts'

/** A line for each sender that sent nothing for longer than its past explains. */
export function Silent({ silent }: { readonly silent: Overview['silent'] }) {
  return (
    <>
      {silent.map(({ provider, lastAt, forMs, usualPerHour }) => (
        <Notice key={provider}>
          <p>
            <b>
              <Text value={provider} most={60} />
            </b>{' '}
            has been silent for {toDuration(forMs)}. It usually sends {toUsual(usualPerHour)} at this time; its last
            event arrived at <Time at={lastAt} as="clock" />.
          </p>
          <a href={href('events', { provider })}>See its events</a>
        </Notice>
      ))}
    </>
  )
}

function toUsual(perHour: number): string {
  if (perHour >= 1) return `about ${toPlural(Math.round(perHour), 'event')} an hour`
  return `about ${toPlural(Math.max(1, Math.round(perHour * 24)), 'event')} a day`
}
