import type { BodySignatureOptions } from './body-signature.ts'
import type { Ed25519Options } from './ed25519.ts'
import type { HmacOptions } from './hmac.ts'
import type { JwtOptions } from '../jwt/options.ts'
import type { PublicKeyOptions } from './public-key.ts'
import type { Scheme } from './scheme.ts'
import type { SharedSecretOptions } from './shared-secret.ts'

/**
 * The data a scheme was made of. `sallyport/testing` derives a signer from it, so that nothing of the receiving side can sign.
 * It may contain required header values, which are credentials: ask for it in tests and tools only.
 */
export type SchemeDefinition =
  | { readonly kind: 'hmac'; readonly options: HmacOptions }
  | { readonly kind: 'ed25519'; readonly options: Ed25519Options }
  | { readonly kind: 'public-key'; readonly options: PublicKeyOptions }
  | { readonly kind: 'body-signature'; readonly options: BodySignatureOptions }
  | { readonly kind: 'shared-secret'; readonly options: SharedSecretOptions }
  | { readonly kind: 'jwt'; readonly options: JwtOptions }
  | {
      readonly kind: 'with-certificate'
      readonly scheme: Scheme
      readonly header: string
      /** An address as the sender writes it. */
      readonly sample: string
    }
  | { readonly kind: 'one-of'; readonly alternatives: readonly Scheme[] }
  | {
      readonly kind: 'with-required-header'
      readonly scheme: Scheme
      readonly header: string
      readonly values: readonly string[]
    }
  | { readonly kind: 'none' }
