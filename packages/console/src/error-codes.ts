/** Every code of the console: the HTTP status of its answer, what happened, and what to do about it. */
export const consoleErrorCodes = {
  CONSOLE_OPTION_INVALID: [500, 'An option of the console is invalid', 'Correct the option that the message names.'],
  CONSOLE_SIGNED_OUT: [401, 'You are not signed in', 'Sign in to the app, then load this page again.'],
  CONSOLE_FORBIDDEN: [403, 'You are not allowed to see or do this', 'Ask who runs the app; its authorize decides.'],
  CONSOLE_FORGED: [
    403,
    'The request does not come from a page of the console',
    "Load the page again. Behind a proxy that changes the host, pass the visitors' address as `origins`.",
  ],
  CONSOLE_NOT_FOUND: [404, 'There is no such page', 'Open the overview.'],
  CONSOLE_METHOD_INVALID: [405, 'This address does not take the method', 'Use the pages of the console.'],
  CONSOLE_REQUEST_INVALID: [400, 'The request has a value that is not valid', 'Correct the value that it names.'],
  CONSOLE_REQUEST_TOO_LARGE: [413, 'The request is larger than 64 KiB', 'Select fewer events, or use a filter.'],
  CONSOLE_EVENT_MISSING: [
    404,
    'There is no such event in the store',
    'It may be past its retention, or discarded. Look for it by its id.',
  ],
  CONSOLE_EVENT_BUSY: [
    409,
    'The event is not in a state for that',
    'Replay dead or done events; discard events that no handler is running.',
  ],
  CONSOLE_NO_INBOX: [404, 'The console was given no inbox', 'Pass `inbox` to createConsole.'],
  CONSOLE_NO_RECORD: [404, 'The console was given no record of deliveries', 'Pass `record: recordDeliveries()`.'],
  CONSOLE_NO_RECEIVER: [
    409,
    'The console was given no receiver for this provider',
    'Pass the receiver to createConsole in `receivers`.',
  ],
  CONSOLE_CHECK_FAILED: [503, 'The event could not be checked', 'Check where the secrets come from, then try again.'],
  CONSOLE_BODY_UNREADABLE: [422, 'The body cannot be decompressed', 'Look at the raw bytes.'],
  CONSOLE_COUNT_CHANGED: [
    409,
    'Another number of events matches now; nothing was changed',
    'Look at the new number, then confirm again.',
  ],
  CONSOLE_NO_AGENTS: [404, 'The console was given no folder of agents', 'Pass `agents` to createConsole.'],
  CONSOLE_AGENT_MISSING: [
    404,
    'There is no such agent or release',
    'It may have been removed. Open the list of agents.',
  ],
  CONSOLE_AGENT_DAMAGED: [
    409,
    'A release differs from what was published',
    'Find out who changed it; roll back to a release that is whole, or deploy again.',
  ],
  CONSOLE_AGENT_CHANGED: [
    409,
    'The agent is being deployed, or another release is current now',
    'Load the page again and compare once more.',
  ],
  CONSOLE_AGENT_FAILED: [
    503,
    'The agent cannot be read',
    'Look into the log of the app; often a file is not readable.',
  ],
  CONSOLE_BUSY: [429, 'Too much is under way', 'Wait until a running change ends, or stop it.'],
  CONSOLE_STORE_SLOW: [
    503,
    'The store did not answer in time',
    'Try again, or choose a filter with an index or a shorter time. A change may still happen.',
  ],
  CONSOLE_STORE_FAILED: [503, 'The store failed', 'Check that it is running; the log of the app says why.'],
  CONSOLE_FAILED: [500, 'The console failed', 'Look into the log of the app.'],
} as const satisfies Record<string, readonly [status: number, title: string, fix: string]>

/** A stable code of this package; see `docs/console.md`. */
export type ConsoleErrorCode = keyof typeof consoleErrorCodes
