/** Provider and type of the events that the growth bench stores. */
export interface Kind {
  readonly provider: string
  readonly type: string
}

const types: Readonly<Record<string, readonly string[]>> = {
  stripe: [
    'charge.failed',
    'charge.refunded',
    'charge.succeeded',
    'checkout.session.completed',
    'customer.created',
    'customer.subscription.deleted',
    'customer.subscription.updated',
    'invoice.created',
    'invoice.finalized',
    'invoice.paid',
    'invoice.payment_failed',
    'payment_intent.created',
    'payment_intent.succeeded',
    'payout.paid',
  ],
  github: [
    'check_run',
    'deployment_status',
    'issue_comment',
    'issues',
    'pull_request',
    'pull_request_review',
    'push',
    'workflow_job',
    'workflow_run',
  ],
  'standard-webhooks': ['order.cancelled', 'order.created', 'order.paid', 'order.shipped'],
  sonzai: ['on_diary_generated', 'on_wakeup_ready'],
}

/** Event `n` is of kind `n * 7919 % kinds.length`: all kinds are spread over the whole store. */
export const kinds: readonly Kind[] = Object.entries(types).flatMap(([provider, names]) =>
  names.map((type) => ({ provider, type })),
)

/** What events fail with: `n` with the failure `n * 31 % failures.length`. The error ends with a number of its own. */
export const failures: readonly string[] = [
  'CustomerMissing: no customer … in crm',
  'Error: connect ECONNREFUSED …',
  'Error: duplicate key value violates unique constraint …',
  'FetchError: request to … failed',
  'HttpError: … Bad Gateway from billing',
  'InvalidPayloadError: data does not fit the schema: …',
  'TimeoutError: the handler took longer than … ms',
  "TypeError: Cannot read properties of undefined (reading '…')",
  'ValidationError: amount … is not positive',
]

/**
 * What else event `n` is. Events are pending where `n % 100` is from `pending` on (retrying: from `retrying`), dead where it is
 * from `dead` on, and done below.
 */
export const mix = {
  dead: 78,
  pending: 98,
  retrying: 99,
  /** One in so many events has a tenant, of so many. */
  tenants: { oneIn: 3, count: 500 },
  /** One in so many events has an order key, of so many. */
  orderKeys: { oneIn: 4, count: 20_000 },
  /** They were stored in the last milliseconds before now, one after the other: less than done events are kept. */
  withinMs: 6 * 86_400_000,
  /** Pending events are due so much later: none of them is handled. */
  dueAfterMs: 30 * 86_400_000,
  tenant: (n: number): string => `tenant-${n % 500}`,
  orderKey: (n: number): string => `customer-${n % 20_000}`,
} as const

/** A body as small as platforms send: what counts here is how many there are. */
export const body = JSON.stringify({ object: 'event', data: { id: 'obj_1Q2w3E4r5T6y', amount: 4200, currency: 'eur' } })

/** Everything of an event that has no column of its own. */
export const envelope = {
  keyId: 'k-8ee9a2',
  method: 'POST',
  url: '/webhooks/orders',
  headers: [
    ['Host', 'hooks.example.com'],
    ['User-Agent', 'Webhook-Sender/1.0'],
    ['Content-Type', 'application/json'],
    ['Content-Length', String(body.length)],
  ],
  signedHeaders: {},
  secretHeaders: ['webhook-signature'],
} as const
