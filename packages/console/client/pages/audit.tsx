import type { AuditEntry, AuditList } from '../../src/api.ts'
import { toCount } from '../format.ts'
import { Heading } from '../parts/heading.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { Table } from '../parts/table.tsx'
import { Tag, type Tone } from '../parts/tag.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import { useAnswer } from '../use-answer.ts'

const actions: Readonly<Record<AuditEntry['action'], string>> = {
  replay: 'Replay',
  discard: 'Discard',
  rollback: 'Roll back',
  body: 'Show body',
  stop: 'Stop',
}
const tones: Readonly<Record<AuditEntry['outcome'], Tone>> = {
  started: 'info',
  done: 'good',
  refused: 'warn',
  failed: 'bad',
}

/** Who did what with this console. */
export function AuditPage() {
  const answer = useAnswer<AuditList>('audit', {}, { everyMs: 10_000 })
  return (
    <section class="panel" aria-label="Audit">
      <div class="head">
        <Heading title="Audit" />
        <span class="dim">since this app was started</span>
      </div>
      <Answered answer={answer}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty title="Nothing was done yet">
              Replays, discards, roll backs and bodies that were shown appear here, and attempts that were refused. Pass{' '}
              <code>onAudit</code> to the console to keep them for longer.
            </Empty>
          ) : (
            <Entries entries={entries} />
          )
        }
      </Answered>
    </section>
  )
}

function Entries({ entries }: { readonly entries: readonly AuditEntry[] }) {
  return (
    <Table
      label="Audit"
      kind="brief"
      columns={[
        { name: 'Action' },
        { name: 'What' },
        { name: 'Events', isNumber: true },
        { name: 'Outcome' },
        { name: 'Who' },
        { name: 'From' },
        { name: 'When', isNumber: true },
      ]}
    >
      {entries.map((entry, index) => (
        <tr key={`${entry.at} ${index}`}>
          <td class="title strong nowrap">{actions[entry.action] ?? entry.action}</td>
          <td class="long whole">
            <Text value={entry.what} />
          </td>
          <td class="num" data-unit={entry.count === 1 ? 'event' : 'events'}>
            {entry.count !== undefined && toCount(entry.count)}
          </td>
          <td class="end">
            <Tag tone={tones[entry.outcome]}>{entry.outcome}</Tag>
          </td>
          <td class="optional">{entry.who !== undefined && <Text value={entry.who} most={120} />}</td>
          <td class="mono dim optional">
            {entry.remoteAddress !== undefined && <Text value={entry.remoteAddress} most={60} />}
          </td>
          <td class="num dim">
            <Time at={entry.at} />
          </td>
        </tr>
      ))}
    </Table>
  )
}
