import type { Inbox } from 'sallyport/inbox'

/** Prints what became of an event, and whether it arrived again. */
export async function explain(inbox: Inbox, key: string) {
  const { attempts = [], duplicates } = (await inbox.get(key))?.history ?? {}
  for (const { number, outcome, durationMs, error, worker } of attempts)
    console.log(`attempt ${number} on ${worker}: ${outcome} after ${durationMs} ms`, error?.message ?? '')
  if (duplicates && duplicates.count > 0)
    console.log(`${duplicates.count} duplicates, the last from ${duplicates.latest[0]?.remoteAddress}`)
}
