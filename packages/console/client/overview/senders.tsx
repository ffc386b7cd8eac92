import type { Overview } from '../../src/api.ts'
import { toCount, toDuration } from '../format.ts'
import { Empty } from '../parts/states.tsx'
import { Panel } from '../parts/panel.tsx'
import { Table } from '../parts/table.tsx'
import { Text } from '../parts/text.tsx'
import { href } from '../router.ts'
import { toSenderNotes } from './sender-notes.ts'
import type { Span } from '../span.ts'

/** Each sender with its events, how long its handlers took, and what is wrong. */
export function Senders({ overview, span }: { readonly overview: Overview; readonly span: Span }) {
  const { senders, silent } = overview
  return (
    <Panel label="Senders" title="Senders">
      {senders.length === 0 ? (
        <Empty title="No sender yet">A sender appears here with its first event.</Empty>
      ) : (
        <Table
          label="Senders"
          kind="brief"
          columns={[
            { name: 'Sender' },
            { name: 'Events', isNumber: true },
            { name: <abbr title="Half of the handler runs took no longer">p50</abbr>, isNumber: true },
            { name: <abbr title="95 of 100 handler runs took no longer">p95</abbr>, isNumber: true },
            { name: <span class="reader">State</span>, isNumber: true },
          ]}
        >
          {senders.map((sender) => (
            <tr key={sender.provider}>
              <td class="title strong">
                <a href={href('events', { provider: sender.provider, since: span })}>
                  <Text value={sender.provider} most={40} />
                </a>
              </td>
              <td class="num fixed" data-unit={sender.stored === 1 ? 'event' : 'events'}>
                {toCount(sender.stored)}
              </td>
              <td class="num dim fixed" data-label="p50">
                {sender.p50 !== undefined && toDuration(sender.p50)}
              </td>
              <td class="num dim fixed" data-label="p95">
                {sender.p95 !== undefined && toDuration(sender.p95)}
              </td>
              <td class="num end">
                <span class="tags">
                  {toSenderNotes(sender, silent).map(({ tone, text, page, query }) => (
                    <a key={text} class={`tag ${tone}`} href={href(page, { ...query, since: span })}>
                      {text}
                    </a>
                  ))}
                </span>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  )
}
