import * as z from 'zod'
import { listAnswer } from '../http/list-answer.ts'
import { keepingUnknown } from '../objects.ts'

const text = z.string().nullish()

/** A webhook. Its id is `id` when registered and `_id` in lists; here it is `id`, and `_id` is kept. */
export const InvoratecWebhook = z
  .looseObject({
    id: text,
    _id: text,
    event: text,
    url: text,
    enabled: z.boolean().nullish(),
    filter: z.record(z.string(), z.unknown()).nullish(),
    developerId: text,
    createdAt: text,
    lastTriggered: text,
    failCount: z.number().nullish(),
  })
  .transform(({ id, ...rest }, context) => {
    const name = id || rest['_id']
    if (!name) {
      context.addIssue({ code: 'custom', message: 'missing', path: ['id'] })
      return z.NEVER
    }
    return keepingUnknown({ ...rest, id: name })
  })

const eventTypes = z
  .array(z.unknown())
  .nullish()
  .transform((types) => (types ?? []).filter((type) => typeof type === 'string'))

export const InvoratecWebhookList = listAnswer('webhooks', InvoratecWebhook, ['id', '_id', 'developerId'], {
  eventTypes,
})

export const InvoratecEventTypes = z.looseObject({ eventTypes })

/** An API call in the log. `responseTime` is in milliseconds. */
export const InvoratecLog = z.looseObject({
  _id: text,
  userId: text,
  endpoint: text,
  method: text,
  status: z.number().nullish(),
  timestamp: text,
  responseTime: z.number().nullish(),
})

export const InvoratecLogs = listAnswer('logs', InvoratecLog, ['_id', 'userId'], {})

/** A new API key. */
export const InvoratecApiKey = z.looseObject({ key: z.string().min(1), secret: text })

export const InvoratecAnswer = z.looseObject({ success: z.boolean().nullish() })

export type InvoratecWebhook = z.output<typeof InvoratecWebhook>
export type InvoratecApiKey = z.output<typeof InvoratecApiKey>
export type InvoratecLog = z.output<typeof InvoratecLog>
