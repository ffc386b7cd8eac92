export { isSyncUnsupported } from './errors/is-sync-unsupported.ts'
export { toRealPath } from './inbox/real-path.ts'
export { printError } from './errors/print-error.ts'
export { clip, clipVisible, toVisible, type VisibleForm } from './errors/visible-text.ts'
export { allow, longestTimer, type OptionRule } from './options/allow.ts'
export { checkOptions, checkValue, type OptionRules } from './options/check-options.ts'
export { didYouMean, suggest } from './options/suggest.ts'
export { isCredentialName } from './receive/credential-names.ts'
export { redactAddresses } from './receive/redact-addresses.ts'
export { refuse, isRefusal, type Refusal, type Verdict } from './verify/verdict.ts'
export { HeaderList, toHeaderList, type HeadersInput } from './verify/header-list.ts'
export { parseExact, readExact, readId } from './verify/exact-json.ts'
export { decodeBody, decodeJson, type ContentEncoding, type ContentRules, type JsonObject } from './verify/decode.ts'
export { LongText } from './verify/long-text.ts'
export {
  fromBody,
  fromHeader,
  fromSignature,
  noTimestamp,
  type Freshness,
  type TimestampUnit,
} from './verify/freshness.ts'
export { parts, type MemberForm, type MemberPart, type MessagePart, type UrlForm } from './verify/schemes/message.ts'
export type { MemberMessagePart } from './verify/schemes/member-message.ts'
export type { TextForm } from './verify/schemes/message-form.ts'
export type { SchemeDefinition } from './verify/schemes/definition.ts'
export { carriesProof } from './verify/schemes/carries-proof.ts'
export type { Claim, Match, Scheme, SchemeDescription, Verification } from './verify/schemes/scheme.ts'
export type { SignedOptions } from './verify/schemes/signed-claim.ts'
export { decodeText, type DecodedText } from './verify/decode-text.ts'
export { findSecretFlaw } from './verify/secret-flaw.ts'
export type { KeyFormat } from './verify/encoding.ts'
export { hmac, type HmacOptions } from './verify/schemes/hmac.ts'
export { ed25519, type Ed25519Options } from './verify/schemes/ed25519.ts'
export { publicKey, type PublicKeyOptions } from './verify/schemes/public-key.ts'
export { bodySignature, type BodySignatureOptions } from './verify/schemes/body-signature.ts'
export { sharedSecret, type SharedSecretOptions } from './verify/schemes/shared-secret.ts'
export { jwt } from './verify/schemes/jwt.ts'
export type { JwtAlgorithm, JwtBinding, JwtKeys, JwtOptions, PublicJwk } from './verify/jwt/options.ts'
export {
  createCertificateKeys,
  type CertificateKeys,
  type CertificateKeysOptions,
  type KeyFetchOptions,
} from './verify/keys/certificate-keys.ts'
export type { CertificateRules } from './verify/keys/certificate.ts'
export type { FetchKey } from './verify/keys/fetch-text.ts'
export type { KeyAddressRules } from './verify/keys/key-address.ts'
export type { KeyCacheOptions } from './verify/keys/key-cache.ts'
export { oneOf } from './verify/schemes/one-of.ts'
export { withRequiredHeader } from './verify/schemes/with-required-header.ts'
export { withCertificate, type CertificateHeader } from './verify/schemes/with-certificate.ts'
export { withHttps, type HttpsOptions } from './verify/schemes/with-https.ts'
export { unauthenticated } from './verify/schemes/unauthenticated.ts'
export {
  claimed,
  defineProvider,
  unchecked,
  withEvents,
  type ClaimedSchemas,
  type EventSchemas,
  type EventsOf,
  type Identity,
  type RetryWindow,
  type SignedView,
} from './verify/provider.ts'
export type { SenderFacts } from './verify/sender-facts.ts'
export type { Acknowledgement } from './verify/acknowledgement.ts'
export { tokenChallenge, type TokenChallenge, type TokenChallengeOptions } from './verify/token-challenge.ts'
export type { Handshake, HandshakeAnswer, MacHandshake, UnsignedHandshake } from './verify/handshake.ts'
export type { SchemaOutput, StandardIssue, StandardResult, StandardSchema } from './verify/standard-schema.ts'
