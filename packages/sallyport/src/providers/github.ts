import { parts } from '../verify/schemes/message.ts'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { defineProvider, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { refuse } from '../verify/verdict.ts'
import { noTimestamp } from '../verify/freshness.ts'
import type { JsonObject } from '../verify/decode.ts'
import { githubEvents, type GithubEvents } from './github-events.ts'
import { isAlwaysRecognised, readGithubEvent } from './github-recognise.ts'

export type { GithubEvents }

/** Options of `github`. */
export interface GithubOptions {
  /**
   * Names the event a signed body shows itself to be, for types you add with `withEvents`; asked before the built-in rules.
   * It must use the body alone.
   */
  readonly recognise?: (body: JsonObject) => string | undefined
}

const rules: OptionRules<GithubOptions> = { recognise: allow.function }

/** Event type of a body that no rule recognises; GitHub's own name for it is in an unsigned header. */
export const unrecognised = 'unrecognised'

/**
 * GitHub (https://docs.github.com/webhooks). `X-Hub-Signature-256: sha256=<hex>`, HMAC-SHA256 over the body.
 *
 * `X-GitHub-Event` and `X-GitHub-Delivery` are NOT signed. The event type is therefore recognised by the members of the
 * signed body, and a header that contradicts it is refused with `HEADER_DISAGREES`; a body that no rule recognises is
 * `unrecognised`, whatever the header says. Every event type that GitHub lists is declared; `event.data.action` names the
 * action. The dedupe key is a digest of the body. GitHub signs no time: the age of a
 * delivery cannot be checked, so the replay guard remembers for a day.
 *
 * @example
 * createReceiver(github(), { secret: process.env.GITHUB_WEBHOOK_SECRET })
 */
export function github(options: GithubOptions = {}): Provider<GithubEvents> {
  checkOptions('github()', options, rules)
  const { recognise = () => undefined } = options
  return defineProvider({
    name: 'github',
    scheme: hmac({
      header: 'x-hub-signature-256',
      prefix: 'sha256=',
      encoding: 'hex',
      signed: [parts.body],
      freshness: noTimestamp('GitHub signs no time'),
    }),
    identify({ body: data, unsignedHeaders }) {
      const recognised = recognise(data) ?? readGithubEvent(data)
      const claimed = unsignedHeaders.get('x-github-event')
      if (claimed === undefined || claimed === recognised) return { type: recognised ?? unrecognised, data }
      // A body that no rule recognises stays unnamed, whatever the header says: it must not reach a typed handler.
      // It is no contradiction where an honest body of the claimed event may have nothing to recognise it by.
      const isDisguised = recognised !== undefined || isAlwaysRecognised(claimed)
      return isDisguised ? refuse('HEADER_DISAGREES') : { type: unrecognised, data }
    },
    events: githubEvents,
    // SHA-1, "for compatibility" (https://docs.github.com/webhooks/webhook-events-and-payloads, read 2026-11-29).
    alsoSends: ['x-hub-signature'],
    about: {
      title: 'GitHub',
      source: 'https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries',
      readOn: '2026-11-29',
      notSigned: ['X-GitHub-Event', 'X-GitHub-Delivery', 'X-GitHub-Hook-ID'],
      vectors: 'the document; the SDK @octokit/webhooks-methods, both ways',
    },
    // A person redelivers, or a program does with the API.
    retryWindow: {
      ms: 0,
      source: 'https://docs.github.com/webhooks/using-webhooks/handling-failed-webhook-deliveries',
      readOn: '2026-11-29',
    },
    // GitHub sends up to 25 MB.
    maxBodyBytes: 25 * 1024 * 1024,
  })
}
