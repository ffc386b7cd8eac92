import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import { z } from 'zod'

export const secret = 'whsec_c2FsbHlwb3J0LWNyYXNoLXRlc3Rz'

/** What an event tells the handler to do with it. */
const Task = z.object({
  /** Runs that fail before one succeeds. */
  failures: z.number().optional(),
  /** Whether its failures are permanent. */
  isPermanent: z.boolean().optional(),
  /** Milliseconds of work. */
  workMs: z.number().optional(),
  /** Whether its work goes on until the process has been told to stop. */
  untilTold: z.boolean().optional(),
  padding: z.string().optional(),
})

export type Task = z.infer<typeof Task>

export const provider = standardWebhooks({ events: { 'task.created': Task } })

/** A signed delivery of a task; its id is the event's. */
export function signTask(id: string, task: Task = {}, now = Date.now()): SignedDelivery {
  return signDelivery(provider, { secret, id, now, url: '/webhook', body: { type: 'task.created', data: task } })
}
