import { useState } from 'preact/hooks'
import type { Changed, EventDetail } from '../../src/api.ts'
import { BodyTab } from '../body/body-tab.tsx'
import { DiffTab } from '../body/diff-tab.tsx'
import { RawTab } from '../body/raw-tab.tsx'
import { getResponse, post, toApi, toProblem } from '../call.ts'
import { copy } from '../parts/copy.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Heading } from '../parts/heading.tsx'
import { Answered } from '../parts/states.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { StateTag } from '../parts/tag.tsx'
import { Text } from '../parts/text.tsx'
import { toast } from '../parts/toast.tsx'
import { href } from '../router.ts'
import { may, session } from '../session.ts'
import { useAnswer } from '../use-answer.ts'
import { useKeys } from '../events/use-keys.ts'
import { Facts } from './facts.tsx'
import { Headers } from './headers.tsx'
import { Timeline } from './timeline-list.tsx'

interface Props {
  readonly eventKey: string
  /** Called by the button that closes the event, and after it was discarded. */
  readonly onClose: () => void
  /** Whether the event has a page of its own, and so the page's heading. */
  readonly isPage?: boolean
}

/** Everything about one event. */
export function EventView(props: Props) {
  const [isLeaving, setLeaving] = useState(false)
  const answer = useAnswer<EventDetail>(
    'event',
    { key: props.eventKey },
    {
      // What is done changes rarely: by a replay from elsewhere, or a duplicate.
      everyMs: (event) => (event?.state === 'done' || event?.state === 'dead' ? 10_000 : 2_000),
      // An event that is being discarded is not asked for: it may be gone already.
      isOff: isLeaving,
    },
  )
  return (
    <>
      {answer.data === undefined && (
        <div class="head">
          {props.isPage === true ? <Heading title="Event" /> : <h2>Event</h2>}
          <CloseButton {...props} />
        </div>
      )}
      <Answered answer={answer}>
        {(event) => <Loaded {...props} event={event} onChanged={answer.reload} onLeaving={setLeaving} />}
      </Answered>
    </>
  )
}

function CloseButton({ isPage, onClose }: Props) {
  return (
    <div class="right">
      {isPage === true ? (
        <a class="link" href={href('events')}>
          All events
        </a>
      ) : (
        <button type="button" class="bare" aria-label="Close the event" onClick={onClose}>
          ✕
        </button>
      )}
    </div>
  )
}

const tabs = [
  ['body', 'Body'],
  ['headers', 'Headers'],
  ['raw', 'Raw'],
  ['diff', 'Diff'],
] as const

interface LoadedProps extends Props {
  readonly event: EventDetail
  readonly onChanged: () => void
  /** Called with `true` before the event is discarded, with `false` where it stays after all. */
  readonly onLeaving: (isLeaving: boolean) => void
}

function Loaded(props: LoadedProps) {
  const { event } = props
  const [tab, setTab] = useState<(typeof tabs)[number][0]>('body')
  const [isShown, setShown] = useState(session.value?.bodies !== 'click')
  const body = { event, isShown, onShow: () => setShown(true) }
  return (
    <>
      <div class="head">
        <StateTag state={event.state} />
        {props.isPage === true ? (
          <Heading title={event.type} className="mono">
            <Text value={event.type} most={200} />
          </Heading>
        ) : (
          <h2 class="mono">
            <Text value={event.type} most={200} />
          </h2>
        )}
        <Actions {...props} />
      </div>
      <div class="body">
        <Facts event={event} />
        <Timeline event={event} />
        <Tabs
          label="Content"
          tabs={session.value?.bodies === 'mask' ? tabs.filter(([name]) => name !== 'raw') : tabs}
          open={tab}
          onOpen={setTab}
        >
          {tab === 'body' && <BodyTab {...body} />}
          {tab === 'headers' && <Headers event={event} />}
          {tab === 'raw' && <RawTab {...body} />}
          {tab === 'diff' && <DiffTab {...body} />}
        </Tabs>
      </div>
      <div class="foot">
        {may('body') && session.value?.bodies !== 'mask' && (
          <>
            <button type="button" class="link" onClick={() => void copyCurl(event.key)}>
              Copy as curl
            </button>
            <a class="link" href={toApi('event/http', { key: event.key })} download="event.http">
              Download .http
            </a>
          </>
        )}
        <button type="button" class="link" onClick={() => void copy(toLink(event.key), 'link')}>
          Copy link
        </button>
        <span class="right dim">Actions are kept in the audit list</span>
      </div>
    </>
  )
}

const toLink = (key: string): string => new URL(href('event', { key }), location.href).href

async function copyCurl(key: string): Promise<void> {
  try {
    const text = await (await getResponse('event/curl', { key })).text()
    await copy(text, text.includes('[redacted]') ? 'curl command, without its credentials' : 'curl command')
  } catch (error) {
    toast(toProblem(error).title, 'bad')
  }
}

function Actions(props: LoadedProps) {
  const { event } = props
  const [asked, setAsked] = useState<'replay' | 'discard' | undefined>()
  const canReplay = event.state === 'dead' || event.state === 'done'
  useKeys(props.isPage === true && may('replay') && canReplay ? { r: () => setAsked('replay') } : {})

  const run = async (action: 'replay' | 'discard'): Promise<void> => {
    props.onLeaving(action === 'discard')
    try {
      const { count } = await post<Changed>(action, { key: event.key })
      if (count === 0) toast('Nothing changed: a handler runs it, or somebody was faster', 'bad')
      else toast(action === 'replay' ? 'Replayed: it waits for its handler' : 'Discarded')
      if (action === 'discard' && count > 0) return props.onClose()
      props.onChanged()
    } catch (error) {
      toast(toProblem(error).title, 'bad')
    }
    props.onLeaving(false)
  }
  return (
    <div class="right">
      {may('replay') && (
        <button
          type="button"
          class="primary"
          disabled={!canReplay}
          title={canReplay ? undefined : 'Only dead and done events can be replayed'}
          onClick={() => setAsked('replay')}
        >
          Replay<kbd>r</kbd>
        </button>
      )}
      {may('discard') && (
        <button
          type="button"
          class="danger"
          disabled={event.state === 'active'}
          title={event.state === 'active' ? 'A handler runs it now' : undefined}
          onClick={() => setAsked('discard')}
        >
          Discard…
        </button>
      )}
      <CloseButton {...props} />
      {asked !== undefined && (
        <Confirm
          title={asked === 'replay' ? 'Replay this event?' : 'Discard this event?'}
          action={asked === 'replay' ? 'Replay' : 'Discard'}
          isDanger={asked === 'discard'}
          {...(asked === 'discard' && { word: 'discard' })}
          onConfirm={() => void run(asked)}
          onClose={() => setAsked(undefined)}
        >
          <p class="mono">
            <Text value={`${event.provider} · ${event.type} · ${event.id}`} />
          </p>
          <p class="dim">{explain[asked]}</p>
        </Confirm>
      )}
    </div>
  )
}

const explain = {
  replay: 'It goes back to its handler, from the first attempt.',
  discard: 'It is removed for good, with its body. If the sender sends it again, it is not seen as a duplicate.',
}
