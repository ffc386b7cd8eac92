import { SallyportError } from '../../errors/sallyport-error.ts'
import { failOption } from '../../options/check-options.ts'
import { standardWebhooks } from '../../providers/standard-webhooks.ts'
import { signers } from '../../testing/signers/index.ts'
import { prepareSecrets } from '../../verify/secrets.ts'
import type { AlertNotice } from '../alert.ts'
import type { Channel, ChannelTimes } from './notify.ts'
import { postJson } from './post-json.ts'

/** What the webhook of a notice carries. */
export interface AlertPayload {
  readonly type: AlertNotice['type']
  /** When the alert was raised or cleared; ISO 8601. */
  readonly timestamp: string
  readonly data: {
    readonly watch: string
    /** The same in both webhooks of the alert, and in no other. */
    readonly id: string
    readonly rule: AlertNotice['alert']['rule']
    readonly subject: string
    readonly text: string
    readonly value: number
    readonly limit: number
    /** ISO 8601. */
    readonly raisedAt: string
  }
}

export function toPayload({ type, at, watch, alert }: AlertNotice): AlertPayload {
  const { id, rule, subject, text, value, limit, raisedAt } = alert
  return {
    type,
    timestamp: new Date(at).toISOString(),
    data: { watch, id, rule, subject, text, value, limit, raisedAt: new Date(raisedAt).toISOString() },
  }
}

const { scheme } = standardWebhooks({ events: {} })

/** @throws SallyportError `OPTION_INVALID` for a secret in another format */
export function createWebhookChannel(
  name: string,
  { url, secret }: { readonly url: URL; readonly secret: string },
  times: ChannelTimes,
): Channel {
  if (!secret.startsWith('whsec_')) failOption('watch: notify.webhook.secret must be whsec_ and base64')
  try {
    prepareSecrets(secret, scheme, 'notify.webhook')
  } catch (error) {
    failOption(`watch: ${SallyportError.is(error) ? error.message : 'notify.webhook.secret is invalid'}`)
  }
  return {
    name,
    async send(notice, isOver) {
      const { id, type } = notice
      const body = new TextEncoder().encode(JSON.stringify(toPayload(notice)))
      const sign = signers['standard-webhooks']
      const headers = (): Record<string, string> => sign({ body, secrets: [secret], signedAt: Date.now(), id, type })
      await postJson(url, { headers, body, isOver, ...times })
    },
  }
}
