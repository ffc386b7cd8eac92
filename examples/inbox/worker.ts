import { createWorker } from 'sallyport/inbox'
import { createReceivers } from '../receivers.ts'
import { openInbox } from './open-inbox.ts'

/** Handles the events that servers store, in its own process. On SIGTERM it lets running handlers finish. */
export async function workOnInbox(environment: NodeJS.ProcessEnv): Promise<void> {
  const { sonzai, invoratec } = createReceivers(environment, openInbox(environment, 'elsewhere'))
  const worker = createWorker([sonzai, invoratec])
  await worker.ready()
  console.error(`working on ${environment['INBOX_FILE']}`)
  await worker.stopped
}
