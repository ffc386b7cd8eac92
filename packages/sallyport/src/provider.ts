export { isSyncUnsupported } from './errors/is-sync-unsupported.ts'
export { toRealPath } from './inbox/real-path.ts'
export { printError } from './errors/print-error.ts'
export { clip, clipVisible, toVisible, type VisibleForm } from './errors/visible-text.ts'
export { allow, longestTimer, type OptionRule } from './options/allow.ts'
export { checkOptions, checkValue, type OptionRules } from './options/check-options.ts'
export { didYouMean, suggest } from './options/suggest.ts'
export { isCredentialName } from './receive/credential-names.ts'
export { refuse, isRefusal, type Refusal, type Verdict } from './verify/verdict.ts'
export { HeaderList, toHeaderList, type HeadersInput } from './verify/header-list.ts'
export { parseExact, readExact, readId } from './verify/exact-json.ts'
export { decodeBody, decodeJson, type ContentEncoding, type ContentRules, type JsonObject } from './verify/decode.ts'
export {
  fromBody,
  fromHeader,
  fromSignature,
  noTimestamp,
  type Freshness,
  type TimestampUnit,
} from './verify/freshness.ts'
export { parts, type MessagePart } from './verify/schemes/message.ts'
export type { TextForm } from './verify/schemes/message-form.ts'
export type { SchemeDefinition } from './verify/schemes/definition.ts'
export type { Claim, Match, Scheme, SchemeDescription } from './verify/schemes/scheme.ts'
export type { SignedOptions } from './verify/schemes/signed-claim.ts'
export { decodeText, type DecodedText } from './verify/decode-text.ts'
export { findSecretFlaw } from './verify/secret-flaw.ts'
export type { KeyFormat } from './verify/encoding.ts'
export { hmac, type HmacOptions } from './verify/schemes/hmac.ts'
export { ed25519, type Ed25519Options } from './verify/schemes/ed25519.ts'
export { sharedSecret, type SharedSecretOptions } from './verify/schemes/shared-secret.ts'
export { oneOf } from './verify/schemes/one-of.ts'
export { withRequiredHeader } from './verify/schemes/with-required-header.ts'
export { withHttps, type HttpsOptions } from './verify/schemes/with-https.ts'
export { unauthenticated } from './verify/schemes/unauthenticated.ts'
export {
  defineProvider,
  unchecked,
  withEvents,
  type EventSchemas,
  type EventsOf,
  type Identity,
  type RetryWindow,
  type SignedView,
} from './verify/provider.ts'
export type { SchemaOutput, StandardIssue, StandardResult, StandardSchema } from './verify/standard-schema.ts'
