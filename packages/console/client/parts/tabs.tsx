import type { ComponentChildren } from 'preact'
import { useId, useRef } from 'preact/hooks'

/** Tabs with arrow keys; only the open one is rendered. */
export function Tabs<Name extends string>(props: {
  readonly label: string
  readonly tabs: readonly (readonly [name: Name, shown: string])[]
  readonly open: Name
  readonly onOpen: (name: Name) => void
  readonly children: ComponentChildren
}) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const at = props.tabs.findIndex(([name]) => name === props.open)
    const next = (at + step + props.tabs.length) % props.tabs.length
    props.onOpen(props.tabs[next]![0])
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus()
  }
  return (
    <div>
      <div class="tabs" role="tablist" aria-label={props.label} ref={list} onKeyDown={move}>
        {props.tabs.map(([name, shown]) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            aria-selected={name === props.open}
            aria-controls={`${id}-panel`}
            tabIndex={name === props.open ? 0 : -1}
            onClick={() => props.onOpen(name)}
          >
            {shown}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${props.open}`}>
        {props.children}
      </div>
    </div>
  )
}
