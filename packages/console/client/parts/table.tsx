import type { ComponentChildren } from 'preact'

export interface Column {
  readonly name: ComponentChildren
  readonly isNumber?: boolean
  readonly className?: string
}

/** A table with a name. On a phone each row is a card. */
export function Table(props: {
  readonly label: string
  readonly columns: readonly Column[]
  /** On a phone: `list` shows two lines a row, `brief` too, with a label after each figure, `fit` stays a table. @default a card with a line for each cell */
  readonly kind?: 'list' | 'brief' | 'fit'
  /** The rows. */
  readonly children: ComponentChildren
}) {
  return (
    <div class="table">
      <table aria-label={props.label} class={props.kind}>
        <thead>
          <tr>
            {props.columns.map(({ name, isNumber, className }, index) => (
              <th key={index} scope="col" class={`${isNumber === true ? 'num' : ''} ${className ?? ''}`}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  )
}
