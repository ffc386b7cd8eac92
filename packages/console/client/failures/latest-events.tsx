import type { EventList, EventQuery } from '../../src/api.ts'
import { now } from '../clock.ts'
import { toDue } from '../format.ts'
import { Answered } from '../parts/states.tsx'
import { Table } from '../parts/table.tsx'
import { StateTag } from '../parts/tag.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import { href } from '../router.ts'
import { useAnswer } from '../use-answer.ts'

/** The latest events of a group, each with its error and its next attempt. */
export function LatestEvents({ query }: { readonly query: EventQuery }) {
  const answer = useAnswer<EventList>('events', { ...query, limit: '5' }, { everyMs: 10_000 })
  return (
    <Answered answer={answer}>
      {({ events }) => (
        <Table
          label="Latest events"
          kind="list"
          columns={[
            { name: 'State' },
            { name: 'Event' },
            { name: 'Error' },
            { name: 'Attempts', isNumber: true },
            { name: 'Next attempt', isNumber: true },
            { name: 'Arrived', isNumber: true },
          ]}
        >
          {events.map((event) => (
            <tr key={event.key}>
              <td class="status">
                <StateTag state={event.state} />
              </td>
              <td class="title mono">
                <a class="cover" href={href('event', { key: event.key })}>
                  <Text value={event.id} most={80} />
                </a>
              </td>
              <td class="cut dim">{event.error !== undefined && <Text value={event.error} />}</td>
              <td class="num">{event.attempts}</td>
              <td class="num dim">{event.dueAt === undefined ? '–' : toDue(event.dueAt, now.value)}</td>
              <td class="num dim end">
                <Time at={event.storedAt} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Answered>
  )
}
