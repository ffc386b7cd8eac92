import { createInbox, createSqliteEngine, type InboxReport, type Inbox } from 'sallyport/inbox'

/**
 * Opens the inbox in the file that `INBOX_FILE` names. Every failed attempt is one JSON line on stderr.
 *
 * @param work where handlers run: in this process, or in a worker's
 * @throws Error naming the variable when it is missing
 */
export function openInbox(environment: NodeJS.ProcessEnv, work: 'here' | 'elsewhere'): Inbox {
  const { INBOX_FILE: path } = environment
  if (!path) throw new Error('set the environment variable INBOX_FILE to the file that events are kept in')
  return createInbox({ engine: createSqliteEngine({ path }), work, onReport: printFailure })
}

function printFailure({ outcome, provider, type, id, attempt, error }: InboxReport): void {
  if (outcome !== 'retried' && outcome !== 'dead') return
  console.error(JSON.stringify({ provider, outcome, type, id, attempt, error: String(error) }))
}
