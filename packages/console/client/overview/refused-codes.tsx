import type { Overview } from '../../src/api.ts'
import { toCount } from '../format.ts'
import { Code } from '../parts/code.tsx'
import { Empty } from '../parts/states.tsx'
import { Panel } from '../parts/panel.tsx'
import { Table } from '../parts/table.tsx'
import { Text } from '../parts/text.tsx'
import { href } from '../router.ts'
import { session } from '../session.ts'
import { spanNames, type Span } from '../span.ts'

const mostShown = 8

/** Why deliveries were refused; each code leads to what to do about it. */
export function RefusedCodes({ overview, span }: { readonly overview: Overview; readonly span: Span }) {
  const codes = overview.refusedByCode
  const all = href('refused', { since: span })
  return (
    <Panel
      label="Refused by code"
      title="Refused by code"
      right={
        <a href={all} class="link">
          All refused
        </a>
      }
    >
      {session.value?.hasRecord === false ? (
        <Empty title="Refused deliveries are not recorded">
          <a href={all}>See how to record them</a>
        </Empty>
      ) : codes.length === 0 ? (
        <Empty title={`Nothing was refused in the ${spanNames[span]}`}>Every delivery was signed and valid.</Empty>
      ) : (
        <Table
          label="Refused by code"
          kind="fit"
          columns={[{ name: 'Code' }, { name: 'Sender' }, { name: 'Refused', isNumber: true }]}
        >
          {codes.slice(0, mostShown).map(({ code, provider, count }) => (
            <tr key={`${code} ${provider}`}>
              <td>
                <a class="cover" href={href('refused', { code, provider, since: span })}>
                  <Code value={code} />
                </a>
              </td>
              <td class="dim">
                <Text value={provider} most={40} />
              </td>
              <td class="num">{toCount(count)}</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  )
}
