import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { EventQuery, Names } from '../../src/api.ts'
import { toVisible } from '../visible.ts'
import { Choices } from '../parts/chip.tsx'
import type { ChangeFilters } from './filter-bar.tsx'
import { fromLocalInput, spans, states, toLocalInput, type FilterName } from './filters.ts'

/** Every filter, each applied when it is chosen. */
export function FilterForm(props: {
  readonly filters: EventQuery
  readonly names: Names | undefined
  readonly scanned: readonly string[]
  readonly onChange: ChangeFilters
}) {
  const { filters, names, onChange } = props
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector<HTMLElement>('button, select, input')?.focus(), [])
  const set = (name: FilterName, value: string | undefined): void =>
    onChange({ [name]: value === '' ? undefined : value })
  const types = (names?.types ?? []).filter(({ provider }) => (filters.provider ?? provider) === provider)
  const providers = names?.providers ?? []
  return (
    <form class="filter-form" ref={form} aria-label="Add filters" onSubmit={(event) => event.preventDefault()}>
      <Field label="State" isGroup>
        <Choices
          label="State"
          options={[['', 'any'], ...states.map((state) => [state, state] as const)]}
          value={filters.state ?? ''}
          onChoose={(state) => set('state', state)}
        />
      </Field>
      <Field label="Arrived" isGroup>
        <Choices
          label="Time"
          options={[
            ['', 'any time'],
            ...spans.map((span) => [span, `last ${span.replace(/(\d)(?=[a-z])/, '$1 ')}`] as const),
          ]}
          value={filters.since === undefined && filters.until === undefined ? '' : (filters.since ?? 'custom')}
          onChoose={(since) => onChange({ since: since === '' ? undefined : since, until: undefined })}
        />
      </Field>
      <div class="pair">
        <Field label="From">
          <Entry
            type="datetime-local"
            value={toLocalInput(filters.since)}
            onEnter={(value) => set('since', fromLocalInput(value))}
          />
        </Field>
        <Field label="Until">
          <Entry
            type="datetime-local"
            value={toLocalInput(filters.until)}
            onEnter={(value) => set('until', fromLocalInput(value))}
          />
        </Field>
      </div>
      <div class="pair">
        <Field label="Sender">
          <select value={filters.provider ?? ''} onChange={(event) => set('provider', event.currentTarget.value)}>
            <option value="">any</option>
            {/* A sender that has no event any more is still what the address says. */}
            {[...new Set([...providers, ...(filters.provider === undefined ? [] : [filters.provider])])].map((name) => (
              <option key={name} value={name}>
                {toVisible(name)}
              </option>
            ))}
          </select>
        </Field>
        <TextField label="Type" name="type" filters={filters} set={set} list="event-types" />
      </div>
      <datalist id="event-types">
        {[...new Set(types.map(({ type }) => type))].slice(0, 200).map((type) => (
          <option key={type} value={type} />
        ))}
      </datalist>
      <div class="pair">
        <TextField label="Tenant" name="tenant" filters={filters} set={set} />
        <TextField label="Order key" name="order" filters={filters} set={set} />
      </div>
      <TextField label="Failure" name="failure" filters={filters} set={set} hint="as the page Failures groups them" />
      {props.scanned.length > 0 && (
        <p class="dim">
          This store has no index for {props.scanned.map((name) => words[name] ?? name).join(', ')}: such a search looks
          at event by event.
        </p>
      )}
    </form>
  )
}

const words: Readonly<Record<string, string>> = {
  q: 'text',
  order: 'order key',
  provider: 'sender',
  since: 'time',
  until: 'time',
}

function Field(props: { readonly label: string; readonly isGroup?: boolean; readonly children: ComponentChildren }) {
  // A group of buttons is named by itself.
  return props.isGroup === true ? (
    <div class="field">
      <span aria-hidden="true">{props.label}</span>
      {props.children}
    </div>
  ) : (
    <label class="field">
      <span>{props.label}</span>
      {props.children}
    </label>
  )
}

function TextField(props: {
  readonly label: string
  readonly name: FilterName
  readonly filters: EventQuery
  readonly set: (name: FilterName, value: string | undefined) => void
  readonly list?: string
  readonly hint?: string
}) {
  return (
    <Field label={props.label}>
      <Entry
        value={props.filters[props.name] ?? ''}
        list={props.list}
        placeholder={props.hint}
        onEnter={(value) => props.set(props.name, value.trim())}
      />
    </Field>
  )
}

/** An input that tells its value once it was entered. What is being typed stays while the page is drawn again. */
function Entry(props: {
  readonly value: string
  readonly type?: 'text' | 'datetime-local'
  readonly list?: string | undefined
  readonly placeholder?: string | undefined
  readonly onEnter: (value: string) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    input.current!.value = props.value
  }, [props.value])
  return (
    <input
      ref={input}
      type={props.type ?? 'text'}
      maxLength={500}
      autocomplete="off"
      spellcheck={false}
      list={props.list}
      placeholder={props.placeholder}
      onChange={(event) => props.onEnter(event.currentTarget.value)}
    />
  )
}
