import type { ComponentChildren } from 'preact'

/** A box with an optional head: a title, and controls at its end. */
export function Panel(props: {
  /** Name of the region, for screen readers. */
  readonly label?: string
  readonly title?: ComponentChildren
  readonly right?: ComponentChildren
  readonly className?: string
  readonly children: ComponentChildren
}) {
  return (
    <section class={`panel ${props.className ?? ''}`} aria-label={props.label}>
      {props.title !== undefined && (
        <div class="head">
          {typeof props.title === 'string' ? <h2>{props.title}</h2> : props.title}
          {props.right !== undefined && <div class="right">{props.right}</div>}
        </div>
      )}
      {props.children}
    </section>
  )
}
