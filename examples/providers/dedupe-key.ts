import { createReceiver } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
import * as z from 'zod'

const Wakeup = z.object({ wakeup: z.object({ wakeup_id: z.string() }) })

export const receiver = createReceiver(sonzai(), {
  secret: process.env.SONZAI_WEBHOOK_SECRET,
  // Handles each wakeup once, even when Sonzai signs a retry again. Other events are never dropped.
  dedupeKey: ({ type, data }) => {
    const { success, data: known } = Wakeup.safeParse(data)
    return success ? `${type} ${known.wakeup.wakeup_id}` : undefined
  },
})
