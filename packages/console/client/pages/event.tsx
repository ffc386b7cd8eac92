import { EventView } from '../event/event-view.tsx'
import { Heading } from '../parts/heading.tsx'
import { Empty } from '../parts/states.tsx'
import { go, href, route } from '../router.ts'

/** One event on a page of its own: for links, and for narrow screens. */
export function EventPage() {
  const { key } = route.value.query
  if (key === undefined || key === '') {
    return (
      <>
        <Heading title="Event" className="reader" />
        <Empty title="No event is named">
          <a href={href('events')}>Choose one from the list</a>
        </Empty>
      </>
    )
  }
  return (
    <article class="panel detail alone">
      <EventView key={key} eventKey={key} isPage onClose={() => go('events')} />
    </article>
  )
}
