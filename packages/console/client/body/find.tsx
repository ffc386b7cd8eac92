import { useMemo, useState } from 'preact/hooks'
import { toCount } from '../format.ts'

/** Searches lines. `show` brings a line into view. */
export function useFind(count: number, lineAt: (index: number) => string, show: (index: number) => void) {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const wanted = text.toLowerCase()
  const matches = useMemo(() => {
    const found: number[] = []
    if (wanted === '') return found
    for (let index = 0; index < count; index++) if (lineAt(index).toLowerCase().includes(wanted)) found.push(index)
    return found
  }, [wanted, count])
  const move = (step: number): void => {
    if (matches.length === 0) return
    // Without a current match, the one before the first is the last.
    const from = at < 0 && step < 0 ? 0 : at
    const next = (from + step + matches.length) % matches.length
    setAt(next)
    show(matches[next]!)
  }
  const box = (
    <div class="find">
      <input
        type="search"
        placeholder="Find in the body"
        aria-label="Find in the body"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setAt(-1)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') move(event.shiftKey ? -1 : 1)
        }}
      />
      {wanted !== '' && (
        <>
          <span class="dim" role="status">
            {matches.length === 0 ? 'not found' : `${at < 0 ? '' : `${toCount(at + 1)} of `}${toCount(matches.length)}`}
          </span>
          <button type="button" aria-label="Match before" onClick={() => move(-1)}>
            ↑
          </button>
          <button type="button" aria-label="Next match" onClick={() => move(1)}>
            ↓
          </button>
        </>
      )}
    </div>
  )
  return { text: wanted, current: matches[at], box }
}

/** A text with what is looked for marked. */
export function Marked({ text, wanted }: { readonly text: string; readonly wanted: string }) {
  const at = wanted === '' ? -1 : text.toLowerCase().indexOf(wanted)
  if (at < 0) return <>{text}</>
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + wanted.length)}</mark>
      {text.slice(at + wanted.length)}
    </>
  )
}
