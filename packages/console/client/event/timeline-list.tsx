import type { EventDetail } from '../../src/api.ts'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import { now } from '../clock.ts'
import { toTimeline } from './timeline.ts'

/** What happened to an event, and what comes. */
export function Timeline({ event }: { readonly event: EventDetail }) {
  return (
    <ol class="timeline" aria-label="Timeline">
      {toTimeline(event).map((item, index) => (
        <li key={index} class={item.dot}>
          <div>
            {item.title}
            {item.text !== undefined && item.text !== '' && (
              <p>
                <Text value={item.text} most={2_000} />
              </p>
            )}
            {item.stack !== undefined && item.stack.length > 0 && (
              <details>
                <summary>Stack</summary>
                <pre tabIndex={0}>
                  {item.stack.slice(0, 60).map((line, at) => (
                    <div key={at}>
                      <Text value={line} most={1_000} />
                    </div>
                  ))}
                </pre>
              </details>
            )}
          </div>
          {item.at !== undefined && <Time at={item.at} as={item.at > now.value ? 'age' : 'clock'} />}
        </li>
      ))}
    </ol>
  )
}
