import { toVisible } from '../visible.ts'

/** Text from outside: every character visible, and its direction kept to itself. */
export function Text({ value, most = 500 }: { readonly value: string; readonly most?: number }) {
  const cut = value.length > most ? `${value.slice(0, most)}…` : value
  return <bdi>{toVisible(cut)}</bdi>
}
