import { useRef } from 'preact/hooks'
import type { EventRow } from '../../src/api.ts'
import { toCount } from '../format.ts'
import { StateTag } from '../parts/tag.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import { toVisible } from '../visible.ts'
import type { Selection } from './selection.ts'

/** The events of a page. On a phone each is a card. */
export function EventTable(props: {
  readonly rows: readonly EventRow[]
  readonly selection: Selection
  /** Key of the event that is shown beside the list. */
  readonly opened: string | undefined
  readonly canSelect: boolean
  readonly isStale: boolean
  /** Events after this time are marked while they come in. */
  readonly since: number
  readonly toHref: (key: string) => string
}) {
  const { rows, selection } = props
  const last = useRef<string | undefined>(undefined)
  const isEvery = rows.length > 0 && rows.every(({ key }) => selection.keys.has(key))
  const isSome = rows.some(({ key }) => selection.keys.has(key))

  /** With shift, every row since the one before. */
  const pick = (key: string, isOn: boolean, isRange: boolean): void => {
    const from = rows.findIndex((row) => row.key === last.current)
    const to = rows.findIndex((row) => row.key === key)
    last.current = key
    const range = isRange && from >= 0 ? rows.slice(Math.min(from, to), Math.max(from, to) + 1) : [rows[to]!]
    selection.set(
      range.map((row) => row.key),
      isOn,
    )
  }

  return (
    <div class="table">
      <table class={`list ${props.isStale ? 'stale' : ''}`} aria-label="Events">
        <thead>
          <tr>
            {props.canSelect && (
              <th class="pick">
                <input
                  type="checkbox"
                  aria-label="Select all on this page"
                  checked={isEvery}
                  indeterminate={isSome && !isEvery}
                  onChange={(event) =>
                    selection.set(
                      rows.map(({ key }) => key),
                      event.currentTarget.checked,
                    )
                  }
                />
              </th>
            )}
            <th scope="col">State</th>
            <th scope="col">Type</th>
            <th scope="col" class="id">
              Event id
            </th>
            <th scope="col">Error</th>
            <th scope="col" class="num runs">
              Runs
            </th>
            <th scope="col" class="num">
              Arrived
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row
              key={row.key}
              row={row}
              isSelected={selection.isAll || selection.keys.has(row.key)}
              isOpened={row.key === props.opened}
              isNew={row.storedAt > props.since}
              canSelect={props.canSelect}
              href={props.toHref(row.key)}
              onPick={(isOn, isRange) => pick(row.key, isOn, isRange)}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row(props: {
  readonly row: EventRow
  readonly isSelected: boolean
  readonly isOpened: boolean
  readonly isNew: boolean
  readonly canSelect: boolean
  readonly href: string
  readonly onPick: (isOn: boolean, isRange: boolean) => void
}) {
  const { row } = props
  const classes = [props.isSelected && 'selected', props.isOpened && 'current', props.isNew && 'new']
  return (
    <tr class={classes.filter((name) => name !== false).join(' ')} onClick={openRow}>
      {props.canSelect && (
        <td class="pick">
          <input
            type="checkbox"
            aria-label={`Select ${toVisible(row.id)}`}
            checked={props.isSelected}
            onClick={(event) => props.onPick(event.currentTarget.checked, event.shiftKey)}
          />
        </td>
      )}
      <td class="status">
        <StateTag state={row.state} />
      </td>
      <td class="title">
        <a href={props.href} data-key={row.key} aria-current={props.isOpened ? 'true' : undefined}>
          <span class="mono">
            <Text value={row.type} most={120} />
          </span>
        </a>
        <span class="dim from">
          <Text value={row.tenant === undefined ? row.provider : `${row.provider} · ${row.tenant}`} most={80} />
        </span>
      </td>
      <td class="id mono dim">
        <Text value={row.id} most={120} />
      </td>
      <td class="cut dim" title={row.error === undefined ? undefined : toVisible(row.error)}>
        {row.error !== undefined && <Text value={row.error} most={300} />}
      </td>
      <td class="num runs">{toCount(row.attempts)}</td>
      <td class="num dim end">
        <Time at={row.storedAt} />
      </td>
    </tr>
  )
}

/** A click anywhere on a row opens it, unless text was selected or something else was meant. */
function openRow(event: MouseEvent & { readonly currentTarget: HTMLElement }): void {
  if (!(event.target instanceof Element) || event.target.closest('a, input, td.pick') !== null) return
  if (String(getSelection()) !== '') return
  const { ctrlKey, metaKey, shiftKey } = event
  event.currentTarget
    .querySelector('a')
    ?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }))
}
