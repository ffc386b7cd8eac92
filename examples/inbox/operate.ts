import type { EventState } from 'sallyport/inbox'
import { openInbox } from './open-inbox.ts'

// Both work while a server or a worker runs: any process of the machine can open the file.

const states: readonly string[] = ['pending', 'active', 'done', 'dead'] satisfies EventState[]

/**
 * Prints the events of a state as JSON lines (default: dead), then the counts on stderr.
 *
 * @throws Error for an unknown state
 */
export async function listInbox(environment: NodeJS.ProcessEnv, state = 'dead'): Promise<void> {
  if (!states.includes(state)) throw new Error(`there is no state "${state}"; there are: ${states.join(', ')}`)
  const inbox = openInbox(environment, 'elsewhere')
  try {
    let after: string | undefined
    do {
      const page = await inbox.list({ state: state as EventState, after })
      for (const { key, provider, type, id, attempts, error } of page.events)
        console.log(JSON.stringify({ key, provider, type, id, attempts, error }))
      after = page.next
    } while (after !== undefined)
    console.error(JSON.stringify(await inbox.stats()))
  } finally {
    await inbox.stop()
  }
}

/** Replays the dead events with a text in id, type or error; without a text, all of them. */
export async function replayInbox(environment: NodeJS.ProcessEnv, search?: string): Promise<void> {
  const inbox = openInbox(environment, 'elsewhere')
  try {
    const count = await inbox.replay({ search })
    console.log(JSON.stringify({ replayed: count }))
  } finally {
    await inbox.stop()
  }
}
