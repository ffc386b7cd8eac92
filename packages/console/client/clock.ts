import { signal } from '@preact/signals'

/** Difference between the server's clock and this computer's, in milliseconds. */
let skew = 0
/** The server's time, in steps of some seconds: ages on the page follow it. */
export const now = signal(Date.now())

/** Takes the time from an answer that has one. */
export function setServerTime(answer: unknown): void {
  if (typeof answer !== 'object' || answer === null || !('now' in answer) || typeof answer.now !== 'number') return
  skew = answer.now - Date.now()
  now.value = answer.now
}

setInterval(() => {
  if (!document.hidden) now.value = Date.now() + skew
}, 5_000)
