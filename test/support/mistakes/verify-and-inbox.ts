import type { Mistake } from './mistake.ts'

/** Mistakes with `verify`, the inbox, its engines, tests, feeds and providers of your own. */
export const verifyMistakes: readonly Mistake[] = [
  [
    'verify(stripe, { secret, headers, body })',
    'OPTION_INVALID',
    'verify: the provider is a function; call it: stripe()',
    'Call the provider function.',
  ],
  [
    'verify(stripe(), { secret, headers, rawBody: body })',
    'OPTION_INVALID',
    'verify for stripe: unknown option "rawBody". Did you mean "body"?',
    'Use `body`.',
  ],
  [
    'verify(stripe(), { signingSecret: secret, headers, body })',
    'OPTION_INVALID',
    'verify for stripe: unknown option "signingSecret". Did you mean "secret"?',
    'Use `secret`.',
  ],
  [
    'verify(stripe(), { secret, header: headers, body })',
    'OPTION_INVALID',
    'verify for stripe: unknown option "header". Did you mean "headers"?',
    'Use `headers`.',
  ],
  [
    "verify(stripe(), { secret, headers, body, toleranceMs: '300' })",
    'OPTION_INVALID',
    "verify for stripe: toleranceMs must be a finite number above 0, not '300' (a string)",
    'Pass a number of milliseconds.',
  ],
  [
    'verify(stripe(), { headers, body })',
    'SECRET_MISSING',
    'stripe: secret is missing; pass the secret this sender signs with as "secret"',
    'Pass the secret.',
  ],
  [
    'verify(stripe(), body)',
    'OPTION_INVALID',
    'verify for stripe: the options must be an object, not an object (Buffer)',
    'Pass `{ secret, headers, body }`.',
  ],
  [
    'safeVerify(github(), { secret, headers, body, tolerance: 300 })',
    'OPTION_INVALID',
    'safeVerify for github: unknown option "tolerance". Did you mean "toleranceMs"?',
    'Use `toleranceMs`.',
  ],
  [
    'createVerifier(github(), { secret, headers })',
    'OPTION_INVALID',
    'createVerifier for github: unknown option "headers". Known: secret, toleranceMs, maxBodyBytes, secretTimeoutMs, now, acceptUnauthenticated.',
    'Pass the request to `verify`.',
  ],
  [
    'diagnose(sonzai(), delivery, { secret, tolerance: 60 })',
    'OPTION_INVALID',
    'diagnose for sonzai: unknown option "tolerance". Did you mean "toleranceMs"?',
    'Use `toleranceMs`.',
  ],
]

export const inboxMistakes: readonly Mistake[] = [
  [
    'createInbox()',
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createInbox: the options must be an object, not undefined',
    'Pass a path, or `{ engine }`.',
  ],
  [
    "createInbox('')",
    'INBOX_OPTION_INVALID',
    "An option of the inbox is invalid: createSqliteEngine: path must be the path of a file, not ''",
    'Pass the path of a file.',
  ],
  [
    "createInbox('redis://localhost')",
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createSqliteEngine: path must be the path of a file, not a string',
    'Use `createBullMqEngine`.',
  ],
  [
    "createInbox({ path: 'events.db' })",
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createInbox: unknown option "path". Known: engine, concurrency, retry, order, orderBy, work, storeTimeoutMs, keepSecretHeaders, redact, onReport, onError, logger.',
    "Pass `'events.db'`, or an engine.",
  ],
  [
    "createInbox({ engine: 'sqlite' })",
    'INBOX_OPTION_INVALID',
    "An option of the inbox is invalid: createInbox: engine must be what createSqliteEngine() or another engine returns, not 'sqlite' (a string)",
    'Pass an engine.',
  ],
  [
    'createInbox({ engine: createSqliteEngine })',
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createInbox: engine must be what createSqliteEngine() or another engine returns, not a function; call it',
    'Call the function.',
  ],
  [
    'createInbox({ engine, concurency: 5 })',
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createInbox: unknown option "concurency". Did you mean "concurrency"?',
    'Correct the name.',
  ],
  [
    "createInbox({ engine, concurrency: '5' })",
    'INBOX_OPTION_INVALID',
    "An option of the inbox is invalid: createInbox: concurrency must be an integer from 1, not '5' (a string)",
    'Pass a number.',
  ],
  [
    "createInbox({ engine, order: 'fifo', orderBy: () => 'a' })",
    'INBOX_OPTION_INVALID',
    "An option of the inbox is invalid: createInbox: order must be 'none', 'serial' or 'strict', not 'fifo' (a string)",
    'Pass one of the three.',
  ],
  [
    "createInbox({ engine, order: 'serial' })",
    'INBOX_OPTION_INVALID',
    "An option of the inbox is invalid: order 'serial' needs orderBy",
    'Pass `orderBy`.',
  ],
  [
    "createInbox({ engine, work: 'there' })",
    'INBOX_OPTION_INVALID',
    "An option of the inbox is invalid: createInbox: work must be 'here' or 'elsewhere', not 'there' (a string)",
    'Pass one of the two.',
  ],
  [
    'createInbox({ engine, retry: { retries: 5 } })',
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createInbox, retry: unknown option "retries". Known: attempts, delayMs, factor, maxDelayMs, jitter.',
    'Use `attempts`.',
  ],
  [
    'createInbox({ engine, retry: { attempts: 0 } })',
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createInbox, retry: attempts must be an integer from 1, not 0',
    'Pass at least 1.',
  ],
  [
    "createInbox({ engine, keepSecretHeaders: 'false' })",
    'INBOX_OPTION_INVALID',
    "An option of the inbox is invalid: createInbox: keepSecretHeaders must be true or false, not 'false' (a string)",
    'Pass true or false.',
  ],
  [
    "createInbox({ engine, redact: 'x-key' })",
    'INBOX_OPTION_INVALID',
    "An option of the inbox is invalid: createInbox: redact must be a list of names of headers and URL parameters, not 'x-key' (a string)",
    'Pass a list.',
  ],
  [
    "createSqliteEngine({ file: 'events.db' })",
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createSqliteEngine: unknown option "file". Known: path, retentionMs, deadRetentionMs, maxBytes, busyTimeoutMs, durability, readOnly.',
    'Use `path`.',
  ],
  [
    "createSqliteEngine({ path: ':memory:' })",
    'INBOX_OPTION_INVALID',
    "An option of the inbox is invalid: createSqliteEngine: path must be the path of a file, not ':memory:' (a string); events must outlive the process",
    'Pass the path of a file.',
  ],
  [
    "createSqliteEngine({ path: 'file:///data/events.db' })",
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createSqliteEngine: path must be the path of a file, not a string; convert the URL with fileURLToPath',
    'Convert the URL with `fileURLToPath`.',
  ],
  [
    "createSqliteEngine({ path: 'events.db', maxBytes: '1GB' })",
    'INBOX_OPTION_INVALID',
    "An option of the inbox is invalid: createSqliteEngine: maxBytes must be a number above 0, not '1GB' (a string)",
    'Pass a number of bytes.',
  ],
  [
    "createSqliteEngine({ path: 'events.db', durability: 'none' })",
    'INBOX_OPTION_INVALID',
    "An option of the inbox is invalid: createSqliteEngine: durability must be 'power cut' or 'as configured', not 'none' (a string)",
    'Pass one of the two.',
  ],
  [
    'createPgBossEngine({ url: process.env.DATABASE_URL })',
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createPgBossEngine: unknown option "url". Known: connectionString, maxConnections, db, schema, queue, create, readOnly, retentionMs, deadRetentionMs, durability, leaseMs, pollMs and 1 more.',
    'Use `connectionString`.',
  ],
  [
    'createPgBossEngine({})',
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createPgBossEngine: set either connectionString or db',
    'Pass one of the two.',
  ],
  [
    "createPgBossEngine({ connectionString: 'postgres://h/a', schema: 'My Schema' })",
    'INBOX_OPTION_INVALID',
    "An option of the inbox is invalid: createPgBossEngine: schema must be at most 40 lower-case letters, digits and _, not beginning with a digit, not 'My Schema' (a string)",
    'Choose another name.',
  ],
  [
    "createPgBossEngine({ connectionString: 'postgres://h/a', pollMs: 1 })",
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createPgBossEngine: pollMs must be a number from 10, not 1',
    'Poll less often.',
  ],
  [
    'createBullMqEngine({})',
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createBullMqEngine: connection is missing; pass a redis:// URL, or options of ioredis',
    'Pass the URL of Redis.',
  ],
  [
    "createBullMqEngine({ connection: 'redis://h', queue: 'a:b' })",
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createBullMqEngine: queue must be a name without ":", not \'a:b\' (a string)',
    'Choose another name.',
  ],
  [
    "createBullMqEngine({ connection: 'redis://h', fullAt: 90 })",
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: createBullMqEngine: fullAt must be a number above 0 and at most 1, not 90',
    'Pass a part of 1, as 0.9.',
  ],
  [
    'createWorker(receiver)',
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: a receiver of createWorker has no inbox',
    'Give the receiver an inbox.',
  ],
  [
    'createWorker(sonzai())',
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: a receiver of createWorker has no inbox',
    'Pass a receiver with an inbox.',
  ],
  [
    "inbox.discard({ provder: 'sonzai' })",
    'INBOX_OPTION_INVALID',
    'An option of the inbox is invalid: inbox: unknown option "provder". Did you mean "provider"?',
    'Correct the name; nothing was discarded.',
  ],
  [
    "inbox.replay({ state: 'failed' })",
    'INBOX_OPTION_INVALID',
    "An option of the inbox is invalid: inbox: state must be 'pending', 'active', 'done' or 'dead', not 'failed' (a string)",
    "Use `'dead'`.",
  ],
]

export const testingMistakes: readonly Mistake[] = [
  [
    'signDelivery(sonzai, { secret })',
    'OPTION_INVALID',
    'signDelivery: the provider is a function; call it: sonzai()',
    'Call the provider function.',
  ],
  [
    'signDelivery(sonzai(), { secrets: [secret] })',
    'OPTION_INVALID',
    'signDelivery for sonzai: unknown option "secrets". Did you mean "secret"?',
    'Use `secret`.',
  ],
  [
    'signDelivery(sonzai(), {})',
    'OPTION_INVALID',
    'signDelivery for sonzai: secret is missing; pass a string that is not empty or a list of strings',
    'Pass the secret of the receiver.',
  ],
  [
    'signDelivery(sonzai(), { secret, event: "on_wakeup_ready" })',
    'OPTION_INVALID',
    'signDelivery for sonzai: unknown option "event". Known: secret, type, body, edit, now, id, method, url, headers, signer.',
    'Use `type`.',
  ],
  [
    "openFeed(sonzai(), 'poller')",
    'OPTION_INVALID',
    'openFeed: this is the provider "sonzai", not a receiver; pass createReceiver(provider, { secret })',
    'Pass the receiver.',
  ],
  [
    "openFeed(receiver, 'my poller')",
    'OPTION_INVALID',
    'openFeed: the name must be 1 to 64 letters, digits, ".", "_" or "-"',
    'Choose another name.',
  ],
  [
    "openFeed(receiver, 'poller', { tennant: 'a' })",
    'OPTION_INVALID',
    'openFeed: unknown option "tennant". Did you mean "tenant"?',
    'Correct the name.',
  ],
]

export const schemeMistakes: readonly Mistake[] = [
  [
    "hmac({ ...scheme, algoritm: 'sha512' })",
    'PROVIDER_INVALID',
    'hmac: unknown option "algoritm". Did you mean "algorithm"?',
    'Correct the name.',
  ],
  [
    "hmac({ ...scheme, algorithm: 'SHA256' })",
    'PROVIDER_INVALID',
    "hmac: algorithm must be 'sha1', 'sha256' or 'sha512', not 'SHA256' (a string)",
    'Write it in lower case.',
  ],
  [
    "hmac({ ...scheme, key: { encoding: 'base-64' } })",
    'PROVIDER_INVALID',
    "hmac, key: encoding must be 'utf8', 'hex', 'base64' or 'base64url', not 'base-64' (a string)",
    "Use `'base64'`.",
  ],
  [
    "sharedSecret({ header: 'authorization', bearer: true })",
    'PROVIDER_INVALID',
    "sharedSecret: bearer must be 'required', 'optional' or 'never', not true",
    "Pass `'required'`.",
  ],
  [
    'sharedSecret({})',
    'PROVIDER_INVALID',
    "sharedSecret: say where the secret is: { header: 'x-token' }, { query: 'token' } or { basic: true }",
    'Name the header.',
  ],
  [
    "defineProvider({ name: 'acme', scheme: hmac, identify, events: {} })",
    'PROVIDER_INVALID',
    'defineProvider: scheme must be what hmac() or another scheme returns, not a function',
    'Call the scheme function.',
  ],
  [
    "defineProvider({ name: 'acme', scheme: hmac(scheme), identify, event: {} })",
    'PROVIDER_INVALID',
    'defineProvider: unknown option "event". Did you mean "events"?',
    'Use `events`.',
  ],
  [
    "defineProvider({ name: 'acme', scheme: hmac(scheme), identify, events: { a: 'b' } })",
    'PROVIDER_INVALID',
    'acme: the schema of "a" must be a Standard Schema, as zod makes them, not \'b\' (a string)',
    'Pass a schema.',
  ],
  [
    "defineProvider({ name: 'acme', scheme: hmac(scheme), identify, events: {}, toleranceMs: '5 min' })",
    'PROVIDER_INVALID',
    "defineProvider: toleranceMs must be a finite number above 0, not '5 min' (a string)",
    'Pass a number.',
  ],
]
