import { Fragment } from 'preact'
import type { EventDetail } from '../../src/api.ts'
import { Empty } from '../parts/states.tsx'
import { Tag } from '../parts/tag.tsx'
import { Text } from '../parts/text.tsx'

/** The headers as kept, in their order. */
export function Headers({ event: { headers } }: { readonly event: EventDetail }) {
  if (headers.length === 0) return <Empty title="No headers are kept" />
  return (
    <dl class="facts headers">
      {headers.map(([name, value], index) => (
        <Fragment key={index}>
          <dt class="mono">
            <Text value={name} most={200} />
          </dt>
          <dd class="mono">{value === '[redacted]' ? <Tag>redacted</Tag> : <Text value={value} most={4_000} />}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
