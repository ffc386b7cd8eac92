import { allow } from '../../options/allow.ts'
import { checkOptions, failOption, type OptionRules } from '../../options/check-options.ts'
import { showGiven } from '../../options/show-given.ts'
import type { AlertNotice } from '../alert.ts'
import { callHook } from './call-hook.ts'
import { isLoopback } from './post-json.ts'
import { createSlackChannel } from './slack.ts'
import { createWebhookChannel } from './webhook.ts'

/**
 * Called with each notice. The notice is sent once it resolves; a hook that fails, or takes longer than `sendTimeoutMs`, is called
 * again at the next check.
 */
export type AlertHook = (notice: AlertNotice) => unknown

/** Posts each notice as a webhook, signed as Standard Webhooks says (https://www.standardwebhooks.com). */
export interface WebhookChannel {
  readonly webhook: {
    /** HTTPS; HTTP only on this computer. */
    readonly url: string
    /** `whsec_` and base64. */
    readonly secret: string
  }
}

/** Posts each notice to Slack. */
export interface SlackChannel {
  /** The URL of an incoming webhook (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks); a credential. */
  readonly slack: string
}

/** Where notices go. */
export type Notify = AlertHook | WebhookChannel | SlackChannel

/** A channel that is set up. */
export interface Channel {
  /** Names it in the state, and in errors; no secret: the path of a URL may be one. */
  readonly name: string
  /**
   * @param isOver whether to try no further
   * @throws what the hook throws; Error saying what the host answered
   */
  send(notice: AlertNotice, isOver: () => boolean): Promise<void>
}

const webhookRules: OptionRules<WebhookChannel['webhook']> = {
  url: allow.required(allow.secret(allow.filled)),
  secret: allow.required(allow.secret(allow.filled)),
}

/** How long channels wait; milliseconds. */
export interface ChannelTimes {
  readonly timeoutMs: number
  readonly retryMs: number
}

/** Sets up channels. @throws SallyportError `OPTION_INVALID`, without what may be a secret */
export function createChannels(given: Notify | readonly Notify[], times: ChannelTimes): readonly Channel[] {
  const all: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (all.length === 0)
    failOption('watch: notify is empty, so nobody would be told; pass a function, a webhook or Slack')
  const counted = new Map<string, number>()
  // By its kind and host: the state knows a channel by its name, whatever its place in the list is at the next start.
  function toName(kind: string, url?: URL): string {
    const where = url === undefined ? '' : `, ${url.host}`
    const number = (counted.get(kind + where) ?? 0) + 1
    counted.set(kind + where, number)
    return `${kind} ${number}${where}`
  }
  return all.map((one) => createChannel(one, toName, times))
}

function createChannel(given: unknown, toName: (kind: string, url?: URL) => string, times: ChannelTimes): Channel {
  if (typeof given === 'function') {
    const hook = given as AlertHook
    return { name: toName('hook'), send: (notice) => callHook(hook, notice, times.timeoutMs) }
  }
  if (allow.record.accepts(given)) {
    const names = Object.keys(given as object)
    if (names.length === 1 && names[0] === 'webhook') {
      const { webhook } = given as { readonly webhook: unknown }
      checkOptions('watch: notify.webhook', webhook, webhookRules)
      const url = toUrl('notify.webhook.url', webhook.url)
      return createWebhookChannel(toName('webhook', url), { url, secret: webhook.secret }, times)
    }
    if (names.length === 1 && names[0] === 'slack') {
      const url = toUrl('notify.slack', (given as { readonly slack: unknown }).slack)
      return createSlackChannel(toName('slack', url), url, times)
    }
  }
  return failOption(
    `watch: notify must be a function, { webhook: { url, secret } }, { slack: url } or a list of them, not ${showGiven(given, true)}`,
  )
}

function toUrl(name: string, given: unknown): URL {
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : undefined
  if (url === undefined) failOption(`watch: ${name} must be a URL, as https://example.com/alerts`)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url)))
    failOption(`watch: ${name} must be an HTTPS URL; HTTP is only for this computer`)
  if (url.username !== '' || url.password !== '') failOption(`watch: ${name} must have no user and no password`)
  return url
}
