import { signSonzaiLegacy } from 'sallyport/testing'
import { accepted, type DemoGroup } from '../delivery.ts'
import { sonzaiPlatform as platform, type DemoRequest } from '../platform.ts'
import { forged, outOfTime } from './forged.ts'
import { everyEvent, genuineOddities } from './genuine.ts'
import { malformedBodies, malformedRequests, oversized } from './malformed.ts'

const { title, secrets, signatureHeader, make } = platform

/** What Sonzai may send, and what others may send in its name. */
export function sonzaiGroups(): DemoGroup[] {
  return [
    { title: `${title}: every event`, deliveries: everyEvent(platform) },
    {
      title: `${title}: genuine, out of the ordinary`,
      deliveries: [
        ...genuineOddities(platform),
        make({
          name: 'signed by a newer secret and ours',
          secret: ['whsec_demo-sonzai-4', secrets.current],
          expected: accepted('handled'),
        }),
      ],
    },
    {
      title: `${title}: forged, stale`,
      deliveries: [
        ...forged(platform),
        ...outOfTime(platform),
        make({
          name: 'captured earlier, time rewritten',
          shift: -600,
          tamper: rewriteSignature(/t=\d+/, `t=${Math.floor(Date.now() / 1000)}`),
          expected: { status: 401, result: 'SIGNATURE_MISMATCH' },
        }),
      ],
    },
    {
      title: `${title}: malformed, oversized`,
      deliveries: [
        ...malformedRequests(platform),
        make({
          name: 'junk behind the time',
          tamper: rewriteSignature(/t=\d+/, '$&junk'),
          expected: { status: 400, result: 'TIMESTAMP_MALFORMED' },
        }),
        make({
          name: 'no time beside the signature',
          tamper: rewriteSignature(/t=\d+,/, ''),
          expected: { status: 400, result: 'TIMESTAMP_MISSING' },
        }),
        make({
          name: 'the older signature, no time',
          tamper: ({ headers, body }) => {
            const legacy = signSonzaiLegacy({ body, secrets: [secrets.current], signedAt: 0, id: '', type: '' })
            return { headers: { ...headers, ...legacy } }
          },
          expected: { status: 400, result: 'SIGNATURE_MALFORMED' },
        }),
        ...malformedBodies(platform),
        make({
          name: 'signed, but without event_type',
          edit: ({ event_type: _, ...body }) => body,
          expected: { status: 422, result: 'EVENT_UNIDENTIFIED' },
        }),
        make({
          name: 'signed, but agent_id is a number',
          edit: (body) => ({ ...body, agent_id: 7 }),
          expected: { status: 422, result: 'PAYLOAD_INVALID' },
        }),
        ...oversized(platform),
      ],
    },
  ]
}

function rewriteSignature(pattern: RegExp, replacement: string) {
  return ({ headers }: DemoRequest) => ({
    headers: { ...headers, [signatureHeader]: headers[signatureHeader]!.replace(pattern, replacement) },
  })
}
