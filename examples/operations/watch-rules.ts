import { createReceiver } from 'sallyport'
import { github } from 'sallyport/providers/github'
import { watch, type Watch } from 'sallyport/watch'

const hour = 3_600_000

/** Watches a receiver by rules of your own. */
export function watchRules(receiver: ReturnType<typeof createReceiver>, alertSecret: string): Watch {
  // #region rules
  return watch(receiver, {
    rules: {
      silentForMs: { github: 6 * hour },
      signatureFailures: { above: 20, withinMs: 600_000 },
      deadLettersAbove: 0,
      oldestWaitingMs: hour,
      spaceBelow: 0.1,
      secretEndsWithinDays: 14,
    },
    notify: [
      ({ type, alert }) => console.log(type, alert.text),
      { webhook: { url: 'https://alerts.example.com/sallyport', secret: alertSecret } },
    ],
  })
  // #endregion rules
}

/** The receiver of this program. */
export function createWatchedReceiver(inbox: string): ReturnType<typeof createReceiver> {
  return createReceiver(github(), { secret: process.env.GITHUB_WEBHOOK_SECRET, inbox })
}
