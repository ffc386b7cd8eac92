import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

/** What a certificate says (RFC 5280, DER by hand). */
export interface CertificateSubject {
  readonly name: string
  /** Subject alternative names. @default none */
  readonly hosts?: readonly string[]
  readonly isAuthority?: boolean
  /** @default 2000-01-01 */
  readonly notBefore?: string
  /** @default 2049-12-31 */
  readonly notAfter?: string
  /** Bits of the RSA key. @default 2048 */
  readonly bits?: number
}

/** A key with its certificate; an authority issues others. */
export interface Issued {
  readonly privateKey: KeyObject
  readonly key: string
  readonly cert: string
  issue(subject: CertificateSubject): Issued
}

/** A self-signed certificate. */
export function createAuthority(name: string): Issued {
  return issue({ name, isAuthority: true }, undefined)
}

let serial = 1

function issue(
  subject: CertificateSubject,
  issuer: { readonly name: string; readonly key: KeyObject } | undefined,
): Issued {
  const { name, hosts = [], isAuthority = false, bits = 2048 } = subject
  const { notBefore = '20000101000000Z', notAfter = '20491231235959Z' } = subject
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  const names = sequence(...hosts.map((host) => der(0x82, Buffer.from(host))))
  const extensions = [
    sequence(
      objectId(0x55, 0x1d, 0x13),
      der(0x01, Buffer.from([0xff])),
      der(0x04, sequence(...(isAuthority ? [yes] : []))),
    ),
    ...(hosts.length === 0 ? [] : [sequence(objectId(0x55, 0x1d, 0x11), der(0x04, names))]),
  ]
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([++serial])),
    rsaWithSha256,
    distinguished(issuer?.name ?? name),
    sequence(generalizedTime(notBefore), generalizedTime(notAfter)),
    distinguished(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, issuer?.key ?? privateKey)])
  const bytes = sequence(body, rsaWithSha256, der(0x03, signature))
  return {
    privateKey,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: [
      '-----BEGIN CERTIFICATE-----',
      ...bytes.toString('base64').match(/.{1,64}/g)!,
      '-----END CERTIFICATE-----',
      '',
    ].join('\n'),
    issue: (next) => issue(next, { name, key: privateKey }),
  }
}

const yes = der(0x01, Buffer.from([0xff]))
const rsaWithSha256 = sequence(
  objectId(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b),
  der(0x05, Buffer.alloc(0)),
)

function distinguished(name: string): Buffer {
  return sequence(der(0x31, sequence(objectId(0x55, 0x04, 0x03), der(0x0c, Buffer.from(name)))))
}

const generalizedTime = (text: string): Buffer => der(0x18, Buffer.from(text))

function objectId(...bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes))
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const header =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(header), content])
}
