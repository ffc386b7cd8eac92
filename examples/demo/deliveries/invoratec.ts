import type { DemoGroup } from '../delivery.ts'
import { invoratecPlatform as platform, type DemoRequest } from '../platform.ts'
import { forged, outOfTime } from './forged.ts'
import { everyEvent, genuineOddities } from './genuine.ts'
import { malformedBodies, malformedRequests, oversized } from './malformed.ts'

const { title, make } = platform

/** What Invoratec may send, and what others may send in its name. */
export function invoratecGroups(): DemoGroup[] {
  return [
    { title: `${title}: every event`, deliveries: everyEvent(platform) },
    { title: `${title}: genuine, out of the ordinary`, deliveries: genuineOddities(platform) },
    {
      title: `${title}: forged, stale`,
      deliveries: [
        ...forged(platform),
        // Neither header is signed, so whoever replays a body could write anything into them.
        make({
          name: 'X-Webhook-Event rewritten',
          tamper: withHeader('X-Webhook-Event', 'app.installed'),
          expected: { status: 400, result: 'HEADER_DISAGREES' },
        }),
        make({
          name: 'X-Webhook-Timestamp rewritten',
          tamper: withHeader('X-Webhook-Timestamp', '2026-01-01T00:00:00.000Z'),
          expected: { status: 400, result: 'HEADER_DISAGREES' },
        }),
        ...outOfTime(platform),
        make({
          name: 'captured earlier, new time header',
          shift: -600,
          tamper: withHeader('X-Webhook-Timestamp', new Date().toISOString()),
          expected: { status: 401, result: 'TIMESTAMP_STALE' },
        }),
      ],
    },
    {
      title: `${title}: malformed, oversized`,
      deliveries: [
        ...malformedRequests(platform),
        ...malformedBodies(platform),
        make({
          name: 'signed, but junk behind the time',
          edit: (body) => ({ ...body, timestamp: `${String(body['timestamp'])}junk` }),
          expected: { status: 400, result: 'TIMESTAMP_MALFORMED' },
        }),
        make({
          name: 'signed, but without a time',
          edit: ({ timestamp: _, ...body }) => body,
          expected: { status: 400, result: 'TIMESTAMP_MISSING' },
        }),
        make({
          name: 'signed, but without an event',
          edit: ({ event: _, ...body }) => body,
          tamper: ({ headers: { 'X-Webhook-Event': _, ...headers } }) => ({ headers }),
          expected: { status: 422, result: 'EVENT_UNIDENTIFIED' },
        }),
        make({
          name: 'signed, but toolName is missing',
          edit: (body) => ({ ...body, data: { demo: 'no toolName' } }),
          expected: { status: 422, result: 'PAYLOAD_INVALID' },
        }),
        ...oversized(platform),
      ],
    },
  ]
}

function withHeader(name: string, value: string) {
  return ({ headers }: DemoRequest) => ({ headers: { ...headers, [name]: value } })
}
