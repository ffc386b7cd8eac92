/**
 * What names of headers and URL parameters that carry credentials have in common, in lower case and without separators:
 * `apikey` matches `X-API-Key`, `api_key` and `apiKey`. `anywhere` matches any part of a name, `words` a whole word of it, and
 * `parameters` the whole name of a URL parameter.
 */
export const credentialNames = {
  anywhere: [
    'authorization',
    'cookie',
    'signature',
    'secret',
    'token',
    'password',
    'passphrase',
    'credential',
    'jwt',
    'session',
    'hmac',
    'apikey',
    'accesskey',
    'privatekey',
    'functionskey',
    'subscriptionkey',
    'signingkey',
    'webhookkey',
    'sharedkey',
    'accountkey',
    'masterkey',
    'protectionbypass',
  ],
  words: ['auth', 'sig', 'passwd', 'pwd'],
  parameters: ['key', 'code', 'pass'],
} as const

/**
 * Returns whether the name of a header or a URL parameter says that its value is a credential.
 *
 * @param more further names, matched whole without regard to case
 * @example
 * isCredentialName('Ocp-Apim-Subscription-Key', 'header') // true
 * isCredentialName('Idempotency-Key', 'header') // false
 */
export function isCredentialName(name: string, kind: 'header' | 'parameter', more: readonly string[] = []): boolean {
  const whole = name.toLowerCase()
  return (
    soundsSecret(name) ||
    (kind === 'parameter' && credentialNames.parameters.some((parameter) => parameter === whole)) ||
    more.some((one) => one.toLowerCase() === whole)
  )
}

// Deliveries have the same few headers again and again. Senders choose names, so what is remembered is bounded.
const mostRemembered = 1_000
const longestRemembered = 100
const remembered = new Map<string, boolean>()

/** By what headers and parameters have in common. */
function soundsSecret(name: string): boolean {
  const known = remembered.get(name)
  if (known !== undefined) return known
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
  const joined = words.join('')
  const isFound =
    credentialNames.anywhere.some((part) => joined.includes(part)) ||
    credentialNames.words.some((word) => words.includes(word))
  if (remembered.size >= mostRemembered) remembered.clear()
  if (name.length <= longestRemembered) remembered.set(name, isFound)
  return isFound
}
