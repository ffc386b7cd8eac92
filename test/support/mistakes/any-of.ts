import type { Mistake } from './mistake.ts'

const named = 'anyOf({ github: githubReceiver, stripe: stripeReceiver })'

export const anyOfMistakes: readonly Mistake[] = [
  [
    'anyOf(receiver)',
    'OPTION_INVALID',
    `anyOf: name each receiver by its sender, as ${named}`,
    'Pass an object with a name for each receiver.',
  ],
  [
    'anyOf([receiver])',
    'OPTION_INVALID',
    `anyOf: pass receivers by name, as ${named}, not a list`,
    'Pass an object with a name for each receiver.',
  ],
  [
    'anyOf()',
    'OPTION_INVALID',
    `anyOf: pass receivers by name, as ${named}, not undefined`,
    'Pass an object with a name for each receiver.',
  ],
  ['anyOf({})', 'OPTION_INVALID', `anyOf: there is no receiver; pass at least one, as ${named}`, 'Pass a receiver.'],
  [
    'anyOf({ sonzai: sonzai() })',
    'OPTION_INVALID',
    'anyOf: sonzai is the provider "sonzai", not a receiver; pass createReceiver(provider, { secret })',
    'Create a receiver for each provider.',
  ],
  [
    'anyOf({ sonzai })',
    'OPTION_INVALID',
    'anyOf: sonzai must be what createReceiver returns, not a function',
    'Create a receiver first.',
  ],
  [
    'anyOf({ sonzai: undefined })',
    'OPTION_INVALID',
    'anyOf: sonzai must be what createReceiver returns, not undefined',
    'Leave the sender out, or create its receiver.',
  ],
  [
    'anyOf({ all: anyOf({ sonzai: receiver }) })',
    'OPTION_INVALID',
    'anyOf: all must be what createReceiver returns, not an object; pass the receivers of an anyOf one by one',
    'Pass the receivers themselves: `anyOf({ ...other.receivers })`.',
  ],
  [
    'anyOf({ one: receiver, two: receiver })',
    'OPTION_INVALID',
    'anyOf: one and two both send the header sonzai-signature, so it does not show who sent a delivery; mount each receiver at a path of its own',
    'Use a path per sender.',
  ],
  [
    "anyOf({ a: createReceiver(acme, { secret }), b: createReceiver({ ...acme, name: 'other' }, { secret }) })",
    'OPTION_INVALID',
    'anyOf: a and b both send the header webhook-signature, so it does not show who sent a delivery; mount each receiver at a path of its own',
    'Use a path per sender; two that follow Standard Webhooks use one header.',
  ],
  [
    "anyOf({ a: createReceiver(stripe(), { secret }), b: createReceiver({ ...github(), name: 'stripe' }, { secret }) })",
    'OPTION_INVALID',
    'anyOf: a and b both have the provider name "stripe", by which events are stored; give one another name',
    'Name each provider differently.',
  ],
  [
    'anyOf({ open: createReceiver({ ...acme, scheme: unauthenticated() }, { acceptUnauthenticated: true }) })',
    'OPTION_INVALID',
    'anyOf: no header shows that open sent a delivery; mount its receiver at a path of its own',
    'Use a path for this sender.',
  ],
  [
    'anyOf({ sonzai: receiver }, { lgo: true })',
    'OPTION_INVALID',
    'anyOf: unknown option "lgo". Did you mean "log"?',
    'Correct the name.',
  ],
  [
    'anyOf({ sonzai: receiver }, receiver)',
    'OPTION_INVALID',
    'anyOf: unknown option "provider". Known: name, log, logger, now.',
    'Pass all receivers in the first argument.',
  ],
  [
    "anyOf({ sonzai: receiver }).on('sonzia', 'on_wakeup_ready', handler)",
    'OPTION_INVALID',
    'anyOf: no sender "sonzia". Did you mean "sonzai"?',
    'Correct the name.',
  ],
  [
    "anyOf({ sonzai: receiver }).on(undefined, 'on_wakeup_ready', handler)",
    'OPTION_INVALID',
    'anyOf: no sender undefined. Known: sonzai.',
    'Name the sender.',
  ],
  [
    "anyOf({ sonzai: receiver }).on('on_wakeup_ready', handler)",
    'OPTION_INVALID',
    'anyOf: no sender "on_wakeup_ready". Known: sonzai.',
    'Name the sender first.',
  ],
  [
    "anyOf({ sonzai: receiver }).on('sonzai', 'on_wakeup_redy', handler)",
    'OPTION_INVALID',
    'sonzai: no event type "on_wakeup_redy". Did you mean "on_wakeup_ready"? Declare other types with withEvents(provider, { … }).',
    'Correct the name.',
  ],
  [
    "openFeed(anyOf({ sonzai: receiver }), 'mirror')",
    'OPTION_INVALID',
    'openFeed: this is what anyOf returns; pass one of its receivers, as endpoint.receivers.github',
    'Pass one receiver.',
  ],
]
