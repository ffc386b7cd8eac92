import type { ComponentChildren } from 'preact'
import type { EventDetail } from '../../src/api.ts'
import { toApi } from '../call.ts'
import { toBytes } from '../format.ts'
import { Notice } from '../parts/notice.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { may, session } from '../session.ts'
import { useBody, type Body } from './use-body.ts'

export interface BodyProps {
  readonly event: EventDetail
  /** Whether the visitor asked for the body, or does not have to. */
  readonly isShown: boolean
  readonly onShow: () => void
}

/** Says why there is no body, or asks for the click that shows it. */
export function Guarded(props: BodyProps & { readonly children: ComponentChildren }) {
  if (!may('body')) return <Empty title="You may not see bodies">Ask the owner of this console.</Empty>
  if (props.event.bodyBytes === 0) return <Empty title="The body is empty" />
  if (!props.isShown) {
    return (
      <div class="state">
        <p>The body may hold data of your customers. Showing it is kept in the audit list.</p>
        <button type="button" onClick={props.onShow}>
          Show the body
        </button>
      </div>
    )
  }
  return <>{props.children}</>
}

/** A body once it is here, with what has to be said about it. */
export function ShownBody(
  props: BodyProps & { readonly isRaw?: boolean; readonly children: (body: Body) => ComponentChildren },
) {
  const { event, isShown, isRaw = false } = props
  const answer = useBody(event.key, isShown && may('body') && event.bodyBytes > 0, isRaw)
  return (
    <Guarded {...props}>
      {session.value?.bodies === 'mask' && <Notice tone="info">Values are masked by a setting of this console.</Notice>}
      <Answered answer={answer}>
        {(body) => (
          <>
            {body.isCut && (
              <Notice tone="info">
                The first {toBytes(body.bytes.length)} are shown.{' '}
                <a
                  href={toApi('event/body', { key: event.key, whole: '1', raw: isRaw ? '1' : undefined })}
                  download="body"
                >
                  Download all of it
                </a>
              </Notice>
            )}
            {props.children(body)}
          </>
        )}
      </Answered>
    </Guarded>
  )
}
