// A program that opens an inbox, uses it and never stops it. Its argument says what it does.
import { createInbox, createSqliteEngine } from 'sallyport/inbox'
import { toEvent } from './accept-many.ts'

const [path, what] = process.argv.slice(2) as [string, 'looks' | 'handles' | 'fails']
const inbox = createInbox({ engine: createSqliteEngine({ path }), retry: { delayMs: 60_000 } })

if (what === 'looks') {
  console.log((await inbox.stats()).counts.pending)
} else {
  inbox.attach('standard-webhooks', async () => {
    if (what === 'fails') throw new Error('try again in a minute')
    console.log('handled')
  })
  await inbox.store(toEvent(0))
  console.log('accepted')
}
