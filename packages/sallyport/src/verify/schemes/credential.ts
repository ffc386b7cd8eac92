import { decodeStrict } from '../encoding.ts'
import type { DeliveryHead } from '../delivery.ts'
import { maxSecurityHeaderLength, readSecurityHeader } from '../header-list.ts'
import { decodePercent, readParameters } from '../url-parameters.ts'
import { refuse, type Refusal } from '../verdict.ts'

/** A shared secret in a header of its own, or in `Authorization`. */
export interface HeaderCredential {
  /** Header that carries the secret. */
  readonly header: string
  /** Whether `Bearer ` precedes the secret (RFC 6750). @default 'optional' */
  readonly bearer?: 'required' | 'optional' | 'never' | undefined
  readonly query?: undefined
  readonly basic?: undefined
}

/** A shared secret in the URL. */
export interface QueryCredential {
  /** URL parameter that carries the secret. */
  readonly query: string
  readonly header?: undefined
  readonly bearer?: undefined
  readonly basic?: undefined
}

/** HTTP Basic authentication (RFC 7617). The secret is `user:password`. */
export interface BasicCredential {
  readonly basic: true
  readonly header?: undefined
  readonly bearer?: undefined
  readonly query?: undefined
}

/** Where a credential is, and how it is read. */
export interface CredentialPlace {
  readonly header: string
  readonly parameter?: string | undefined
  readonly secretHeaders: readonly string[]
  readonly comparison: string
  carriesProof(head: DeliveryHead): boolean
  /** The credential as it came. */
  read(head: DeliveryHead): string | Refusal
  /** The credential that belongs to a configured secret; `undefined` for one in another format. */
  expect(secret: string): string | undefined
}

const comparison = 'constant-time comparison'
const printable = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/
const bearerForm = /^bearer +(.+)$/i
const basicForm = /^basic +(\S+)$/i

/** A place in a header. */
export function inHeader({ header, bearer = 'optional' }: HeaderCredential): CredentialPlace {
  const name = header.toLowerCase()

  function toToken(value: string, wanted: typeof bearer): string | undefined {
    const match = wanted === 'never' ? undefined : bearerForm.exec(value)
    if (match) return match[1]
    return wanted === 'required' ? undefined : value
  }

  return {
    header: name,
    secretHeaders: [name],
    comparison: `${comparison}, Bearer ${bearer}`,
    carriesProof: ({ headers }) => headers.getAll(name).some((value) => !basicForm.test(value)),
    read({ headers }) {
      const value = readSecurityHeader(headers, name, 'CREDENTIAL_MISSING')
      return typeof value === 'object' ? value : (toToken(value, bearer) ?? refuse('CREDENTIAL_MISMATCH'))
    },
    expect(secret) {
      const text = toToken(secret, bearer === 'required' ? 'optional' : bearer)
      return text !== undefined && printable.test(text) ? text : undefined
    },
  }
}

const noUrl = 'the sender sends its secret in the URL, and the request has none; pass path and query as they arrived'

/** A place in the URL. */
export function inQuery({ query: name }: QueryCredential): CredentialPlace {
  return {
    header: '',
    parameter: name,
    secretHeaders: [`?${name}`],
    comparison,
    carriesProof: ({ url }) => readParameters(url, name).length > 0,
    read({ url }) {
      if (url === '') return refuse('REQUEST_UNREADABLE', noUrl)
      const [value, ...more] = readParameters(url, name)
      if (more.length > 0) return refuse('PARAMETER_DUPLICATED')
      if (value === undefined || value === '') return refuse('CREDENTIAL_MISSING')
      if (value.length > maxSecurityHeaderLength) return refuse('CREDENTIAL_MISMATCH')
      return decodePercent(value) ?? refuse('CREDENTIAL_MISMATCH')
    },
    expect: (secret) => (printable.test(secret) ? secret : undefined),
  }
}

/** `Authorization: Basic`, the user and password of the URL that the sender calls. */
export function inBasic(): CredentialPlace {
  const name = 'authorization'
  return {
    header: name,
    secretHeaders: [name],
    comparison: `${comparison} of user and password, HTTP Basic`,
    carriesProof: ({ headers }) => headers.getAll(name).some((value) => !bearerForm.test(value)),
    read({ headers }) {
      const value = readSecurityHeader(headers, name, 'CREDENTIAL_MISSING')
      if (typeof value === 'object') return value
      const bytes = decodeStrict(basicForm.exec(value)?.[1] ?? '', 'base64', 'optional')
      return bytes?.toString('utf8') ?? refuse('CREDENTIAL_MISMATCH')
    },
    // A user has no colon; either half may be empty, not both.
    expect: (secret) => (/^(?=..)[^\p{Cc}:]*:\P{Cc}*$/u.test(secret) ? secret : undefined),
  }
}
