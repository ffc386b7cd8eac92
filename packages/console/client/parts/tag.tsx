import type { ComponentChildren } from 'preact'
import type { ShownState } from '../../src/api.ts'

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain'

/** A short word in a colour that means something. */
export function Tag({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ComponentChildren }) {
  return <span class={`tag ${tone}`}>{children}</span>
}

const tones: Readonly<Record<ShownState, Tone>> = {
  waiting: 'plain',
  retrying: 'warn',
  active: 'info',
  done: 'good',
  dead: 'bad',
}

/** The state of an event. */
export function StateTag({ state }: { readonly state: ShownState }) {
  return <Tag tone={tones[state]}>{state}</Tag>
}
