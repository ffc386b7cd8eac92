import type { Names } from '../../src/api.ts'
import { go, route } from '../router.ts'
import { session } from '../session.ts'
import { useAnswer } from '../use-answer.ts'
import { toVisible } from '../visible.ts'

/** Chooses a sender; the choice is in the address. `more` are senders that the store may not know. */
export function SenderChoice({ more = [] }: { readonly more?: readonly string[] }) {
  const { page = 'overview', query } = route.value
  const isOff = session.value?.hasInbox === false
  const known = useAnswer<Names>('names', {}, { isOff }).data?.providers ?? []
  const chosen = query['provider'] ?? ''
  const names = [...new Set([...known, ...more, ...(chosen === '' ? [] : [chosen])])].toSorted()
  return (
    <select
      aria-label="Sender"
      value={chosen}
      onChange={(event) => go(page, { ...query, provider: event.currentTarget.value })}
    >
      <option value="">All senders</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {toVisible(name.slice(0, 60))}
        </option>
      ))}
    </select>
  )
}
