import { href, route } from '../router.ts'
import { spans } from '../events/filters.ts'
import { spanNames } from '../span.ts'

/** Links to the same page with another span: `1 h`, `24 h`, `7 d`. */
export function SpanChoice(props: { readonly name: string; readonly value: string; readonly all?: boolean }) {
  const { page = 'overview', query } = route.value
  const link = (value: string, shown: string, title: string) => (
    <a
      key={value}
      href={href(page, { ...query, [props.name]: value })}
      aria-current={value === props.value ? 'true' : undefined}
      title={title}
    >
      {shown}
    </a>
  )
  return (
    <nav class="segments" aria-label="Time">
      {spans.map((span) => link(span, span.replace(/(\d+)/, '$1 '), `The ${spanNames[span]}`))}
      {props.all === true && link('', 'All', 'All that is kept')}
    </nav>
  )
}
