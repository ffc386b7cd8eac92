import { createEvents, storeBy } from './inbox-events.ts'
import { stores, type Place, type StoreName } from './inbox-stores.ts'
import { burst } from './inbox-syncs.ts'

// The process whose syncs `countOwnSyncs` counts: started with a store and its place, stores on demand, ends with its parent.
const [name = '', place = ''] = process.argv.slice(2)
const store = await stores[name as StoreName](JSON.parse(place) as Place)
const makeEvent = createEvents()
process.on('message', (message) => {
  const most = message === 'warm up' ? burst.clients : burst.events
  void storeBy(burst.clients, store, makeEvent, (begun) => begun >= most).then(() => process.send!('done'))
})
process.once('disconnect', () => void store.stop().then(() => process.exit()))
