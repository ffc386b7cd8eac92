import type { ComponentChildren } from 'preact'

/** A line that asks for attention; `bad` is read out at once. */
export function Notice(props: { readonly tone?: 'warn' | 'bad' | 'info'; readonly children: ComponentChildren }) {
  const tone = props.tone ?? 'warn'
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {props.children}
    </div>
  )
}
