import { useEffect, useRef, useState } from 'preact/hooks'
import type { EventQuery, Names } from '../../src/api.ts'
import { Chip } from '../parts/chip.tsx'
import { toExact } from '../parts/time.tsx'
import { filterLabels, filterNames, toFilterText, type FilterName } from './filters.ts'
import { FilterForm } from './filter-form.tsx'

export type ChangeFilters = (change: EventQuery, options?: { readonly replace?: boolean }) => void

/** Search, the filters that are set, and a form for more. */
export function FilterBar(props: {
  readonly filters: EventQuery
  readonly names: Names | undefined
  readonly scanned: readonly string[]
  readonly onChange: ChangeFilters
}) {
  const { filters, onChange } = props
  const [isOpen, setOpen] = useState(false)
  const box = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    if (!isOpen) return
    const close = (event: Event): void => {
      if (event.target instanceof Node && box.current?.contains(event.target) === false) box.current.open = false
    }
    document.addEventListener('pointerdown', close)
    return () => document.removeEventListener('pointerdown', close)
  }, [isOpen])
  const chips = filterNames.filter((name) => name !== 'q' && filters[name] !== undefined)
  return (
    <div class="filters" role="search" aria-label="Filters">
      <Search value={filters.q ?? ''} onSearch={(q) => onChange({ q }, { replace: true })} />
      {chips.map((name) => (
        <Chip
          key={name}
          name={filterLabels[name]}
          value={toFilterText(name, filters[name]!, toExact)}
          onRemove={() => onChange({ [name]: undefined })}
        />
      ))}
      <details
        class="menu"
        ref={box}
        onToggle={(event) => setOpen(event.currentTarget.open)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !isOpen) return
          event.preventDefault()
          box.current!.open = false
          box.current!.querySelector('summary')!.focus()
        }}
      >
        <summary>+ Filter</summary>
        <div>
          {isOpen && <FilterForm filters={filters} names={props.names} scanned={props.scanned} onChange={onChange} />}
        </div>
      </details>
      {chips.length + (filters.q === undefined ? 0 : 1) > 1 && (
        <button type="button" class="link" onClick={() => onChange(noFilters)}>
          Clear all
        </button>
      )}
    </div>
  )
}

const noFilters = Object.fromEntries(filterNames.map((name: FilterName) => [name, undefined]))
const waitMs = 300

function Search({
  value,
  onSearch,
}: {
  readonly value: string
  readonly onSearch: (text: string | undefined) => void
}) {
  const [typed, setTyped] = useState(value)
  const sent = useRef(value)
  // The address may change by a chip or by "back".
  useEffect(() => {
    if (value === sent.current) return
    sent.current = value
    setTyped(value)
  }, [value])
  const send = (text: string): void => {
    const trimmed = text.trim()
    if (trimmed === sent.current) return
    sent.current = trimmed
    onSearch(trimmed === '' ? undefined : trimmed)
  }
  useEffect(() => {
    const timer = setTimeout(() => send(typed), waitMs)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <label class="search">
      <input
        type="search"
        id="search"
        placeholder="Search id, type or error"
        aria-label="Search id, type or error"
        maxLength={500}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') send(typed)
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
      />
      <kbd>/</kbd>
    </label>
  )
}
