import { createWorker } from 'sallyport/inbox'
import { createReceivers } from '../receivers.ts'
import { openInbox } from './open-inbox.ts'

/** Handles what servers keep, in a process of its own, until SIGTERM; what is at work then ends first. */
export async function workOnInbox(environment: NodeJS.ProcessEnv): Promise<void> {
  const { sonzai, invoratec } = createReceivers(environment, openInbox(environment, 'elsewhere'))
  const worker = createWorker([sonzai, invoratec])
  await worker.ready()
  console.error(`working on ${environment['INBOX_FILE']}`)
  await worker.stopped
}
