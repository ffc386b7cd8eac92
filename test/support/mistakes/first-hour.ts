/** A mistake of the first hour: what somebody did, what is printed, and what to do instead. */
export type Slip = readonly [did: string, printed: string, instead: string]

const startSlips: readonly Slip[] = [
  [
    'started without `.env`, or without the variable',
    'sonzai: secret is missing; pass the secret this sender signs with as "secret"',
    'Start with `node --env-file=.env server.ts`.',
  ],
  [
    'wrote quotes into the secret',
    'secret for sonzai has quotes around it; remove them',
    'Remove them; Docker and systemd keep quotes.',
  ],
  [
    'made the secret file with `echo`',
    'secret for sonzai has a trailing newline; remove it (echo adds one)',
    'Use `printf %s`, or trim what you read.',
  ],
  [
    'imported a provider from `sallyport`',
    "does not provide an export named 'sonzai'",
    "`import { sonzai } from 'sallyport/providers/sonzai'`",
  ],
  ['did not install the framework', "Cannot find package 'express'", '`npm install express`'],
  ['ran `import` in a CommonJS project', 'Cannot use import statement outside a module', '`npm pkg set type=module`'],
  ['started it twice', 'EADDRINUSE: address already in use', 'Stop the other one, or `PORT=3001`.'],
  [
    'misspelt an event type',
    'sonzai: no event type "on_wakeup_redy". Did you mean "on_wakeup_ready"?',
    'Correct the name.',
  ],
  ['passed the provider uncalled', 'createReceiver: the provider is a function; call it: sonzai()', '`sonzai()`'],
]

const deliverySlips: readonly Slip[] = [
  [
    'set the secret of another endpoint',
    '401 SIGNATURE_MISMATCH',
    'Copy the secret again; `sallyport verify` says more.',
  ],
  ['signed text that was parsed and written again', '401 SIGNATURE_MISMATCH', 'Sign and send the same bytes.'],
  [
    'sent with `curl`, or gave the webhook no secret',
    '401 SIGNATURE_MISSING',
    '`npx sallyport send sonzai on_wakeup_ready`',
  ],
  ['mounted the receiver of another provider', '401 SIGNATURE_MISSING', 'Mount the provider that sends to this path.'],
  ['let the clock run behind', '401 TIMESTAMP_FUTURE', 'Set the clock; in a virtual machine after sleep too.'],
  ['replayed an old capture', '401 TIMESTAMP_STALE', '`npx sallyport send --sign --replay capture.http`'],
  ['put `express.json()` above the route', '500 BODY_ALREADY_PARSED', 'Mount the webhook route above it.'],
  ['opened the URL in a browser', '405 METHOD_NOT_ALLOWED', 'Send with POST: `npx sallyport send`.'],
  ['sent a form instead of JSON', '415 CONTENT_TYPE_UNSUPPORTED', 'Set the content type to JSON at the sender.'],
  ['received more than 1 MiB', '413 BODY_TOO_LARGE', 'Raise `maxBodyBytes`.'],
  ['sent the same delivery twice', '200 duplicate', 'Nothing: handlers run once per event.'],
  ['added no handler for the type', '200 ignored', '`receiver.on(type, …)` or `receiver.onAny(…)`'],
  ['received a type the provider does not declare', '200 unknown', '`receiver.onUnknown(…)`, or `withEvents`.'],
  ['set `unknownEvents` to `reject`', '422 EVENT_UNKNOWN', 'Declare the type with `withEvents`.'],
  ['received data that does not fit the schema', '422 PAYLOAD_INVALID', 'Correct the schema at the place named.'],
  ['threw a `RejectError`', '422 DELIVERY_REJECTED', 'Throw another error if a retry may help.'],
  ['threw in a handler', '500 HANDLER_FAILED', 'See the error above the line.'],
  ['worked too long in a handler', '503 HANDLER_TIMEOUT', 'Store events first: `inbox: "events.db"`.'],
  ['threw in a handler behind an inbox', 'inbox failed', 'Correct it; the inbox tries again by itself.'],
  ['threw in every attempt', 'inbox dead', '`npx sallyport inbox list --state dead --inbox events.db`'],
]

const commandSlips: readonly Slip[] = [
  ['sent to a path without a route', '404', 'Name the path: `--to http://localhost:3000/hooks`'],
  ['did not start the app', 'ECONNREFUSED', 'Start it; check the port in `--to`.'],
  ['sent from a folder without `.env`', 'SECRET_MISSING', 'Go to the project, or use `--env-from`.'],
  ['misspelt the provider', 'Did you mean "sonzai"?', 'Correct the name.'],
  ['misspelt the event', 'Did you mean "on_wakeup_ready"?', 'Correct the name.'],
]

/** Every mistake of the first hour, under the headings of docs/troubleshooting.md. */
export const firstHour: Readonly<Record<string, readonly Slip[]>> = {
  'The program does not start': startSlips,
  'A delivery is not handled': deliverySlips,
  'The command does not send': commandSlips,
}
