import type { Overview } from '../../src/api.ts'
import { toCount } from '../format.ts'
import { href } from '../router.ts'
import { outcomes, toTotal, type Outcome } from './outcomes.ts'

export const outcomeNames: Readonly<Record<Outcome | 'stored', string>> = {
  stored: 'arrived',
  handled: 'handled',
  retried: 'retried',
  dead: 'dead',
  refused: 'refused',
  duplicate: 'duplicates',
}

/** What the colours mean, how often it happened, and the way to the events behind it. */
export function Legend({ overview, span }: { readonly overview: Overview; readonly span: string }) {
  const links: Readonly<Partial<Record<Outcome | 'stored', string>>> = {
    stored: href('events', { since: span }),
    handled: href('events', { state: 'done', since: span }),
    retried: href('events', { state: 'retrying', since: span }),
    dead: href('events', { state: 'dead', since: span }),
    refused: href('refused', { since: span }),
  }
  return (
    <ul class="legend">
      {(['stored', ...outcomes] as const).map((name) => {
        const entry = (
          <>
            <i class={`swatch ${name}`} />
            {outcomeNames[name]} <b>{toCount(toTotal(overview.steps, name))}</b>
          </>
        )
        return (
          <li key={name}>{links[name] === undefined ? <span>{entry}</span> : <a href={links[name]}>{entry}</a>}</li>
        )
      })}
    </ul>
  )
}
