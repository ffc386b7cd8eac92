import { failProvider } from '../check-provider.ts'

/** Which addresses a key may be fetched from. */
export interface KeyAddressRules {
  /** Whole host names in lower case. One `*` may take the place of a whole label: `sns.*.amazonaws.com`. */
  readonly hosts: readonly string[]
  /** The whole path, as in `/^\/certs\/[\w-]+$/`. @default any */
  readonly path?: RegExp | undefined
}

/** Tells whether an address that a delivery names may be fetched; the URL if so. */
export type CheckKeyAddress = (address: string) => URL | undefined

const longestAddress = 512
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const hostForm = new RegExp(`^(?:${label}|\\*)(?:\\.(?:${label}|\\*))+$`)
// No user, port, query or fragment, no escapes, no second slash: nothing that two parsers could read differently.
const addressForm = new RegExp(`^https://(${label}(?:\\.${label})+)(/[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*)$`)

/**
 * Makes the check of an address that a delivery names, before anything is fetched from it. HTTPS only, on the default port, from
 * exactly the listed hosts.
 *
 * @throws SallyportError `PROVIDER_INVALID` for a host that is not a whole name, or with `*` in its last two labels
 */
export function createAddressCheck({ hosts, path }: KeyAddressRules): CheckKeyAddress {
  if (hosts.length === 0) failProvider('hosts of keys must name at least one host')
  const patterns = hosts.map((host) => {
    if (!hostForm.test(host) || host.split('.').slice(-2).includes('*') || host.split('*').length > 2)
      failProvider(`"${host}" must be a whole host name in lower case, with at most one * as a label before its domain`)
    return host.split('.')
  })

  return (address) => {
    if (address.length > longestAddress) return undefined
    const [, host, ownPath] = addressForm.exec(address) ?? []
    if (host === undefined || ownPath === undefined) return undefined
    const labels = host.split('.')
    if (!patterns.some((pattern) => isSameHost(pattern, labels))) return undefined
    if (path !== undefined && !path.test(ownPath)) return undefined
    const url = URL.canParse(address) ? new URL(address) : undefined
    // What is fetched is what was checked: dot segments or a name in another form would change it.
    return url?.href === address ? url : undefined
  }
}

function isSameHost(pattern: readonly string[], labels: readonly string[]): boolean {
  // A label in Punycode may look like another name.
  return (
    pattern.length === labels.length &&
    pattern.every((part, index) => (part === '*' ? !labels[index]!.startsWith('xn--') : part === labels[index]))
  )
}
