import { createReceiver } from 'sallyport'
import { createInbox, createSqliteEngine } from 'sallyport/inbox'
import { sonzai } from 'sallyport/providers/sonzai'

/** Replays dead events that fit today's schema; reports those that no longer verify. */
export async function replayWhatFits(path: string) {
  const inbox = createInbox({ engine: createSqliteEngine({ path }), work: 'elsewhere', keepSecretHeaders: true })
  const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET, inbox })
  for (const { key } of (await inbox.list({ state: 'dead', provider: 'sonzai' })).events) {
    const event = await inbox.get(key)
    if (event === undefined) continue
    const { sender, data } = await receiver.checkStored(event)
    // 'redacted' if the inbox did not keep the signature.
    if (sender !== 'redacted' && !sender.ok) console.error(`${key}: ${sender.code}`)
    else if (data.ok) await inbox.replay(key)
  }
  await inbox.stop()
}
