import { createReceiver } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'

/**
 * Receives the webhooks of Sonzai. Options replace what a deployed server uses, as tests do.
 *
 * @param {Partial<import('sallyport').ReceiverOptions>} options
 */
export function receiveSonzai(options = {}) {
  const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET, ...options })

  // A retry runs a handler again: make it idempotent.
  receiver.on('on_wakeup_ready', async (event) => {
    // event.data has passed the schema of its type.
    console.log(`sonzai: ${event.type} ${event.id}`)
  })

  // Verified events of a type that Sallyport does not know.
  receiver.onUnknown(({ id, type }) => {
    console.log(`sonzai: ${type} ${id} is unknown`)
  })

  return receiver
}
