import { body, defineProvider, hmac, refuse, unproven, type Provider } from '@sallyport/core'
import { githubEvents, readGithubEvent, type GithubEvents } from './github-events.ts'

export type { GithubEvents }

/**
 * GitHub (https://docs.github.com/webhooks). `X-Hub-Signature-256: sha256=<hex>`, HMAC-SHA256 over the body.
 *
 * `X-GitHub-Event` and `X-GitHub-Delivery` are NOT signed. The event type is therefore recognised by the members of the
 * signed body, and a header that contradicts it is refused with `HEADER_DISAGREES`; duplicates are told by a digest of the body. GitHub signs no time: the age of a delivery cannot be checked, so the replay guard
 * remembers for a day. Declares the common events; a type it does not declare is unknown, whatever the header says.
 *
 * @example
 * createReceiver(github(), { secret: process.env.GITHUB_WEBHOOK_SECRET })
 */
export function github(): Provider<GithubEvents> {
  return defineProvider({
    name: 'github',
    scheme: hmac({
      header: 'x-hub-signature-256',
      prefix: 'sha256=',
      encoding: 'hex',
      signed: [body],
      freshness: unproven('GitHub signs no time'),
    }),
    identify({ body: data, unsignedHeaders }) {
      const recognised = readGithubEvent(data)
      const claimed = unsignedHeaders.get('x-github-event')
      if (claimed === undefined || claimed === recognised) return { type: recognised, data }
      // Only a body that shows nothing may go by the header, and then only to a type that no typed handler takes.
      const isUndeclared = recognised === undefined && !Object.hasOwn(githubEvents, claimed)
      return isUndeclared ? { type: claimed, data } : refuse('HEADER_DISAGREES')
    },
    events: githubEvents,
    // GitHub sends up to 25 MB.
    maxBodyBytes: 25 * 1024 * 1024,
  })
}
