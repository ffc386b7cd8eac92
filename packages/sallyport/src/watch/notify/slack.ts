import { toVisible } from '../../errors/visible-text.ts'
import { failOption } from '../../options/check-options.ts'
import { toHeadline, type AlertNotice } from '../alert.ts'
import type { Channel, ChannelTimes } from './notify.ts'
import { isLoopback, postJson } from './post-json.ts'

const hosts: ReadonlySet<string> = new Set(['hooks.slack.com', 'hooks.slack-gov.com'])

/** @throws SallyportError `OPTION_INVALID` for a URL of another host */
export function createSlackChannel(name: string, url: URL, times: ChannelTimes): Channel {
  if (!hosts.has(url.host) && !isLoopback(url))
    failOption(`watch: notify.slack must be a URL of ${[...hosts].join(' or ')}; for another host use a webhook`)
  return {
    name,
    async send(notice, isOver) {
      const body = new TextEncoder().encode(JSON.stringify({ text: toSlackText(notice) }))
      await postJson(url, { headers: () => ({}), body, isOver, ...times })
    },
  }
}

/** A notice as Slack's mrkdwn: names of providers and stores can neither mention nor link. */
export function toSlackText(notice: AlertNotice): string {
  const sign = notice.type === 'sallyport.alert.raised' ? ':red_circle:' : ':large_green_circle:'
  return `${sign} ${escape(toHeadline(notice))}`
}

// https://docs.slack.dev/messaging/formatting-message-text: these three, and no others.
function escape(text: string): string {
  return toVisible(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
