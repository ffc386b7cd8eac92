import { setTimeout as wait } from 'node:timers/promises'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'

/** The secrets of the example: it is its own sender. */
export const secrets = {
  sonzai: 'whsec_console-example',
  invoratec: 'console-example-invoratec',
  github: 'console-example-github',
  stripe: 'whsec_console-example-stripe',
} as const

type Path = keyof typeof secrets

let number = 0

/** A delivery, and where it goes. Every tenth is forged. */
function next(): readonly [path: Path, delivery: SignedDelivery] {
  number += 1
  const forged = number % 10 === 0 || number % 14 === 0
  switch (number % 4) {
    case 0:
      return ['sonzai', signDelivery(sonzai(), { secret: secrets.sonzai, type: 'on_wakeup_ready', edit: numbered })]
    case 1:
      return ['invoratec', signDelivery(invoratec(), { secret: secrets.invoratec, type: 'alert.triggered' })]
    case 2:
      return ['github', signDelivery(github(), { secret: forged ? 'guessed' : secrets.github, type: 'push' })]
    default:
      return ['stripe', signDelivery(stripe(), { secret: secrets.stripe, type: 'invoice.paid' })]
  }
}

const numbered = (body: Record<string, unknown>) => ({ ...body, generated_message: `Message ${number}` })

/** Sends 40 deliveries, then one a second until it is told to stop. Some come twice, some are forged. */
export async function sendEvents(origin: string, { signal }: { readonly signal: AbortSignal }): Promise<void> {
  while (!signal.aborted) {
    const [path, { plainHeaders, body }] = next()
    for (let times = number % 7 === 0 ? 2 : 1; times > 0; times--) {
      const response = await fetch(`${origin}/webhooks/${path}`, {
        method: 'POST',
        headers: plainHeaders,
        body,
        signal,
      })
      await response.arrayBuffer()
    }
    if (number >= 40) await wait(1_000, undefined, { signal })
  }
}
