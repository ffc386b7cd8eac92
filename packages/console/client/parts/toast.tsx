import { signal } from '@preact/signals'

interface Toast {
  readonly id: number
  readonly text: string
  readonly tone: 'info' | 'bad'
}

const toasts = signal<readonly Toast[]>([])
let lastId = 0

/** Says shortly what happened; screen readers read it out. */
export function toast(text: string, tone: Toast['tone'] = 'info'): void {
  const id = ++lastId
  toasts.value = [...toasts.value.slice(-2), { id, text, tone }]
  setTimeout(() => close(id), tone === 'bad' ? 12_000 : 6_000)
}

function close(id: number): void {
  toasts.value = toasts.value.filter((shown) => shown.id !== id)
}

export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map(({ id, text, tone }) => (
        <div key={id} class={`toast ${tone}`}>
          <span>{text}</span>
          <button type="button" class="bare" aria-label="Close" onClick={() => close(id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  )
}
