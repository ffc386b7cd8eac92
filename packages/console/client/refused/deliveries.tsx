import type { ComponentChildren } from 'preact'
import type { RefusedList } from '../../src/api.ts'
import { toBytes, toPlural } from '../format.ts'
import { Code } from '../parts/code.tsx'
import { Table } from '../parts/table.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'

type Refusal = RefusedList['refusals'][number]

/** Refused deliveries, newest first: never a body, a signature or the value of a header. */
export function Deliveries({ refusals }: { readonly refusals: readonly Refusal[] }) {
  return (
    <Table
      label="Refused deliveries"
      kind="brief"
      columns={[
        { name: 'Code' },
        { name: 'Refused', isNumber: true },
        { name: 'Sender' },
        { name: 'Status', isNumber: true },
        { name: 'From' },
        { name: 'Size', isNumber: true },
        { name: 'Request' },
      ]}
    >
      {refusals.map((refusal) => {
        const size = refusal.bodyBytes ?? refusal.contentLength
        return (
          <tr key={`${refusal.receivedAt} ${refusal.provider} ${refusal.code} ${refusal.remoteAddress}`}>
            <td class="title">
              <Code value={refusal.code} />
            </td>
            <td class="num dim end">
              <Time at={refusal.receivedAt} />
            </td>
            <td>
              <Text value={refusal.provider} most={40} />
            </td>
            <td class="num dim">{refusal.status}</td>
            <td class="mono dim optional">
              {refusal.remoteAddress !== undefined && <Text value={refusal.remoteAddress} most={60} />}
            </td>
            <td class="num dim optional">{size !== undefined && toBytes(size)}</td>
            <td class="request">
              <Request refusal={refusal} />
            </td>
          </tr>
        )
      })}
    </Table>
  )
}

function Request({ refusal }: { readonly refusal: Refusal }) {
  const { headerNames, headerCount, keyId, tenant, eventType, eventId } = refusal
  const hidden = headerCount - headerNames.length
  const facts: [name: string, value: ComponentChildren][] = [
    ['Headers', <Text value={headerNames.join(', ') + (hidden > 0 ? `, and ${hidden} more` : '')} most={4_000} />],
  ]
  for (const [name, value] of Object.entries({ Key: keyId, Tenant: tenant, Type: eventType, Id: eventId }))
    if (value !== undefined) facts.push([name, <Text value={value} most={200} />])
  return (
    <details>
      <summary>{toPlural(headerCount, 'header')}</summary>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd class="mono">{value}</dd>
          </>
        ))}
      </dl>
    </details>
  )
}
