import type { ComponentChildren } from 'preact'
import { Text } from './text.tsx'

/** A filter that is set: its name and value, and a button that removes it. */
export function Chip(props: { readonly name: string; readonly value: string; readonly onRemove: () => void }) {
  return (
    <span class="chip set">
      <span>
        {props.name}: <b>{<Text value={props.value} most={60} />}</b>
      </span>
      <button type="button" class="bare" aria-label={`Remove filter ${props.name}`} onClick={props.onRemove}>
        ✕
      </button>
    </span>
  )
}

/** One of a few choices, as `1 h`, `24 h`, `7 d`. */
export function Choices(props: {
  readonly label: string
  readonly options: readonly (readonly [value: string, shown: ComponentChildren])[]
  readonly value: string
  readonly onChoose: (value: string) => void
}) {
  return (
    <div class="segments" role="group" aria-label={props.label}>
      {props.options.map(([value, shown]) => (
        <button key={value} type="button" aria-pressed={value === props.value} onClick={() => props.onChoose(value)}>
          {shown}
        </button>
      ))}
    </div>
  )
}
