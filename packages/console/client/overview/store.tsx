import type { Overview } from '../../src/api.ts'
import { toBytes, toCount } from '../format.ts'
import { Panel } from '../parts/panel.tsx'
import { Text } from '../parts/text.tsx'
import { href } from '../router.ts'
import { session } from '../session.ts'

/** What the store holds. */
export function Store({ overview }: { readonly overview: Overview }) {
  const row = (name: string, count: number, state: string) => (
    <>
      <dt>{name}</dt>
      <dd>
        <a href={href('events', { state })}>{toCount(count)}</a>
      </dd>
    </>
  )
  return (
    <Panel label="Store" title="Store">
      <div class="body">
        <dl class="facts">
          <dt>Name</dt>
          <dd>
            <Text value={session.value?.store ?? ''} most={120} />
          </dd>
          {row('Done', overview.done, 'done')}
          {row('Active', overview.active, 'active')}
          {overview.bytes !== undefined && (
            <>
              <dt>Size</dt>
              <dd>{toBytes(overview.bytes)}</dd>
            </>
          )}
        </dl>
      </div>
    </Panel>
  )
}
