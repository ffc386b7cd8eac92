import { useState } from 'preact/hooks'
import type { AgentDetail } from '../../src/api.ts'
import { toBytes, toPlural } from '../format.ts'
import { may } from '../session.ts'
import { Digest, toShortDigest } from './digest.tsx'
import { Panel } from '../parts/panel.tsx'
import { RollbackDialog } from './rollback-dialog.tsx'
import { Table } from '../parts/table.tsx'
import { Tag } from '../parts/tag.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'

type Release = AgentDetail['releases'][number]

const columns = [
  { name: 'Release' },
  { name: 'Deployed' },
  { name: 'Published by' },
  { name: 'Size', isNumber: true },
  { name: <span class="reader">Actions</span> },
]

/** Every release that is kept, and the way back to it. */
export function ReleaseTable(props: { readonly detail: AgentDetail; readonly onRolledBack: () => void }) {
  const { detail, onRolledBack } = props
  const [asked, setAsked] = useState<string | undefined>(undefined)
  const { releases } = detail
  return (
    <Panel label="Releases" title="Releases" right={<span class="dim">{toPlural(releases.length, 'release')}</span>}>
      <Table label="Releases" columns={columns}>
        {releases.map((release) => (
          <ReleaseRow key={release.digest} release={release} detail={detail} onAsk={() => setAsked(release.digest)} />
        ))}
      </Table>
      {asked !== undefined && (
        <RollbackDialog
          name={detail.name}
          from={detail.current}
          to={asked}
          onRolledBack={onRolledBack}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Panel>
  )
}

function ReleaseRow(props: { readonly release: Release; readonly detail: AgentDetail; readonly onAsk: () => void }) {
  const { release, detail, onAsk } = props
  const { digest, isCurrent, isDamaged, deployedAt, publisher, files, bytes } = release
  return (
    <tr>
      <td class="title">
        <Digest value={digest} />{' '}
        <span class="tags">
          {isCurrent && <Tag tone="good">current</Tag>}
          {digest === detail.previous && <Tag>previous</Tag>}
          {isDamaged === true && <Tag tone="bad">damaged</Tag>}
        </span>
      </td>
      <td data-label="Deployed">
        {deployedAt === undefined ? <span class="dim">unknown</span> : <Time at={deployedAt} />}
      </td>
      <td class="long" data-label="Published by">
        {publisher !== undefined && <Text value={publisher} most={80} />}
      </td>
      <td class="num dim" data-label="Size">
        {files !== undefined && bytes !== undefined && `${toPlural(files, 'file')}, ${toBytes(bytes)}`}
      </td>
      <td class="acts">
        {!isCurrent && may('rollback') && isDamaged !== true && (
          <button type="button" aria-label={`Roll back to ${toShortDigest(digest)}`} onClick={onAsk}>
            Roll back…
          </button>
        )}
      </td>
    </tr>
  )
}
