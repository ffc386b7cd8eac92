import { signal } from '@preact/signals'

const query = matchMedia('(min-width: 68rem)')

/** Whether a list and one of its events fit beside each other. */
export const isWide = signal(query.matches)

query.addEventListener('change', () => {
  isWide.value = query.matches
})
