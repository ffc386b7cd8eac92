import type { Mistake } from './mistake.ts'

/** Mistakes with Fleet, the platforms' clients and the sandbox. */
export const fleetMistakes: readonly Mistake[] = [
  [
    'fleet({ action: ["Deploy"] })',
    'OPTION_INVALID',
    'fleet(): unknown option "action". Did you mean "actions"?',
    'Use `actions`.',
  ],
  [
    "fleet({ bearer: 'always' })",
    'OPTION_INVALID',
    "fleet(): bearer must be 'required', 'optional' or 'never', not 'always' (a string)",
    'Pass one of the three.',
  ],
  [
    "fleet({ requireHttps: 'true' })",
    'OPTION_INVALID',
    "fleet(): requireHttps must be true or false or { forwardedBy: header }, not 'true' (a string)",
    'Pass true, or the header of your proxy.',
  ],
  [
    'fleet({ limits: { maxFiles: 10 } })',
    'OPTION_INVALID',
    'limits: unknown option "maxFiles". Did you mean "maxFileBytes"?',
    'Use `maxEntries`.',
  ],
  [
    "fleet({ limits: { maxEntries: '10' } })",
    'OPTION_INVALID',
    "limits: maxEntries must be a number from 0, not '10' (a string)",
    'Pass a number.',
  ],
  [
    'readBundle(archive, { maxBytes: 1_000 })',
    'OPTION_INVALID',
    'limits: unknown option "maxBytes". Did you mean "maxFileBytes"?',
    'Choose one of the limits.',
  ],
  [
    "deployBundle(bundle, 'agents', { keepReleases: 3 })",
    'OPTION_INVALID',
    'deployBundle: unknown option "keepReleases". Did you mean "keep"?',
    'Use `keep`.',
  ],
  [
    "deployBundle(bundle, 'agents', { keep: 0 })",
    'OPTION_INVALID',
    'deployBundle: keep must be an integer from 1, not 0',
    'Keep at least one.',
  ],
  [
    "deployBundle(bundle, 'agents', { interrupts: 'tool_names' })",
    'OPTION_INVALID',
    "deployBundle: interrupts must be 'as-published' or 'tool-names', not 'tool_names' (a string)",
    'Pass one of the two.',
  ],
  [
    "rollback('agents', { digest: 'abc' })",
    'OPTION_INVALID',
    'rollback: unknown option "digest". Known: name, to, now, lockTimeoutMs, dryRun.',
    'Use `to`.',
  ],
  [
    "readPublished('agents', { deployment: 'a' })",
    'OPTION_INVALID',
    'readPublished: unknown option "deployment". Known: name, digest, limits.',
    'Use `name`.',
  ],
  [
    'pullBundle({ repo: "a", commit: "b" })',
    'OPTION_INVALID',
    'pullBundle: client is missing; pass a client of the package langsmith',
    'Pass a client of `langsmith`.',
  ],
  [
    'diffBundles(undefined, bundle, { context: 3 })',
    'OPTION_INVALID',
    'diffBundles: unknown option "context". Did you mean "contextLines"?',
    'Use `contextLines`.',
  ],
]

export const platformMistakes: readonly Mistake[] = [
  [
    'createSonzaiClient({ key: apiKey })',
    'PLATFORM_OPTION_INVALID',
    'sonzai: An option or a parameter is invalid: createSonzaiClient: unknown option "key". Known: apiKey, baseUrl, fetch, timeoutMs, retry, maxResponseBytes, signal, now, random, wait.',
    'Use `apiKey`.',
  ],
  [
    'createSonzaiClient({ apiKey: undefined })',
    'PLATFORM_OPTION_INVALID',
    'sonzai: An option or a parameter is invalid: apiKey must be non-empty printable ASCII without spaces',
    'Set the environment variable.',
  ],
  [
    "createSonzaiClient({ apiKey: 'sk_abc ' })",
    'PLATFORM_OPTION_INVALID',
    'sonzai: An option or a parameter is invalid: apiKey ends with white space; remove it',
    'Trim the variable.',
  ],
  [
    "createSonzaiClient({ apiKey, timeoutMs: '30s' })",
    'PLATFORM_OPTION_INVALID',
    "sonzai: An option or a parameter is invalid: createSonzaiClient: timeoutMs must be a number above 0 and at most 2147483647, not '30s' (a string)",
    'Pass a number of milliseconds.',
  ],
  [
    'createSonzaiClient({ apiKey, retry: { retries: 2 } })',
    'PLATFORM_OPTION_INVALID',
    'sonzai: An option or a parameter is invalid: retry: unknown option "retries". Known: attempts, delayMs, maxDelayMs.',
    'Use `attempts`.',
  ],
  [
    "createInvoratecClient({ apiKey, keyHeader: 'bearer' })",
    'PLATFORM_OPTION_INVALID',
    "invoratec: An option or a parameter is invalid: createInvoratecClient: keyHeader must be 'x-api-key' or 'authorization', not 'bearer' (a string)",
    'Pass one of the two.',
  ],
  [
    'storedSecrets(store, { provider: sonzai })',
    'PLATFORM_OPTION_INVALID',
    'An option or a parameter is invalid: storedSecrets: provider must be what a provider function returns, such as sonzai(), not a function; call it',
    'Call the provider function.',
  ],
  [
    'ensureWebhooks(client, [], { store, dryrun: true })',
    'PLATFORM_OPTION_INVALID',
    'sonzai ensureWebhooks: An option or a parameter is invalid: unknown option "dryrun". Did you mean "dryRun"?',
    'Correct the name; nothing was changed.',
  ],
  [
    "pollNotifications(client, { agentId: 'a', receiver: sonzai() })",
    'PLATFORM_OPTION_INVALID',
    'sonzai pollNotifications: An option or a parameter is invalid: receiver must be what createReceiver returns, not an object',
    'Pass the receiver.',
  ],
  [
    "pollNotifications(client, { agentId: 'a', receiver, interval: 30 })",
    'PLATFORM_OPTION_INVALID',
    'sonzai pollNotifications: An option or a parameter is invalid: unknown option "interval". Did you mean "intervalMs"?',
    'Use `intervalMs`.',
  ],
]

export const sandboxMistakes: readonly Mistake[] = [
  [
    "createSandbox({ port: '4000' })",
    'OPTION_INVALID',
    "createSandbox: port must be an integer from 0 to 65535, not '4000' (a string)",
    'Pass a number.',
  ],
  [
    'createSandbox({ prot: 4000 })',
    'OPTION_INVALID',
    'createSandbox: unknown option "prot". Did you mean "port"?',
    'Correct the name.',
  ],
  [
    'createSandbox({ retry: { atempts: 2 } })',
    'OPTION_INVALID',
    'createSandbox, retry: unknown option "atempts". Did you mean "attempts"?',
    'Correct the name.',
  ],
  [
    "createSandbox({ faults: [{ kind: 'drop', probability: 20 }] })",
    'OPTION_INVALID',
    'faults: probability must be a number from 0 to 1, not 20',
    'Pass a part of 1, as 0.2.',
  ],
  [
    "createSandbox({ faults: ['dorp'] })",
    'OPTION_INVALID',
    'faults: unknown kind "dorp"; use one of duplicate, delay, reorder, drop, corrupt, wrong-signature, stale, slow-body',
    'Use one of the kinds.',
  ],
]
