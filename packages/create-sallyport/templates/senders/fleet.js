import { createReceiver } from 'sallyport'
import { fleet } from '@sallyport/fleet'

/**
 * Receives the webhooks of LangSmith Fleet. Options replace what a deployed server uses, as tests do.
 *
 * @param {Partial<import('sallyport').ReceiverOptions>} options
 */
export function receiveFleet(options = {}) {
  const receiver = createReceiver(fleet(), { secret: process.env.FLEET_WEBHOOK_TOKEN, ...options })

  // Every published agent. Fleet shows your answer to the person who clicked.
  receiver.on('*', async ({ id, data }) => {
    console.log(`fleet: ${data.action} ${id} has ${data.bundle.files.length} files`)
  })

  return receiver
}
