import { signal } from '@preact/signals'

/** Whether the page is scrolled: somebody reads further down, so rows stay where they are. */
export const isScrolled = signal(scrollY > 60)

addEventListener(
  'scroll',
  () => {
    isScrolled.value = scrollY > 60
  },
  { passive: true },
)
