import { describeError } from '../errors/error-codes.ts'
import type { Refusal } from '../verify/verdict.ts'

/** Why a delivery does not verify: a title, and what to do about it. */
export const diagnosisCauses = {
  // The body is not the one that was signed; the secret is right.
  BODY_WHITESPACE: [
    'The end or the beginning of the body was altered',
    'Capture and forward the bytes as they arrive: an editor, a shell or a template added or removed line ends.',
  ],
  BODY_LINE_ENDINGS: [
    'The line endings of the body were converted',
    'Forward and store the body as bytes, not as text.',
  ],
  BODY_RESERIALISED: [
    'The body was parsed as JSON and written again',
    'Mount the webhook route before any body parser, and verify the raw bytes, never JSON.stringify of what was parsed.',
  ],
  BODY_MEMBER_ORDER: [
    'The members of the JSON were written in another order',
    'Verify the raw bytes: a parser, or a store such as jsonb, does not keep the order.',
  ],
  BODY_SINGLE_BYTE: [
    'One byte of the body was changed, removed or added',
    'Compare the bytes at each hop; nothing may edit the body, not even by hand.',
  ],
  BODY_CHARSET: [
    'The body was decoded with another character set and encoded again',
    'Read the body as bytes; nothing in between may decode it.',
  ],
  BODY_BYTE_ORDER_MARK: [
    'A byte order mark was added to the body, or removed',
    'Forward and store the body as bytes, without a text editor or decoder in between.',
  ],
  BODY_ENCODED: [
    'The body is the signed one, encoded again',
    'Decode it before verifying; hosts that pass base64 say so in a flag such as isBase64Encoded.',
  ],
  BODY_LENGTH: [
    'The body is not as long as Content-Length says',
    'Something cut the body short or added to it; compare the bytes at each hop.',
  ],
  BODY_REPLACEMENT_CHARACTERS: [
    'The body holds replacement characters (U+FFFD)',
    'Bytes that were not UTF-8 were lost in a decoder; read the body as bytes.',
  ],
  BODY_EMPTY: [
    'The body is empty',
    'A parser read the stream first, or the capture left the body out; verify before anything else reads it.',
  ],

  BODY_ALTERED: [
    'The body or the signature was altered; the secret is right',
    'Compare the bytes at each hop between the sender and here.',
  ],

  // The body is the one that was signed; the secret is not, or not in the right form.
  SECRET_WHITESPACE: [
    'The secret has spaces, line ends or quotes around it',
    'Store the secret without them; `echo` and editors add a line end to files.',
  ],
  SECRET_PREFIX: [
    'The prefix of the secret was removed, or one was added',
    'Configure the secret exactly as the sender shows it.',
  ],
  SECRET_ENCODING: [
    'The secret was decoded or encoded once too often',
    'Configure the text that the sender shows; the provider decodes it where the sender does.',
  ],
  SECRET_FORM: [
    'The secret does not have the format that this sender uses',
    "Copy the secret again from the sender's settings, and check that it is for this kind of sender.",
  ],
  SECRET_PRIVATE_KEY: [
    'The secret is the private key of the sender',
    'Configure the public key (whpk_…); never give a receiver the private key.',
  ],
  SECRET_INACTIVE: [
    'The delivery was signed with a secret that was not active at that time',
    'Keep the old secret active until the deliveries signed with it have arrived (notAfter), and the new one from the start.',
  ],
  SECRET_WRONG: [
    'The secret is not the one the sender signed with',
    'Copy the secret of this endpoint from the sender; each endpoint, and each rotation, has its own.',
  ],
  UNEXPLAINED: [
    'The body was altered or the secret is wrong; one signature cannot tell which',
    'Copy the secret again. If another delivery of this sender verifies (--also), compare the bytes at each hop instead.',
  ],

  // The signature itself.
  SIGNATURE_OVER_BODY: [
    'The signature covers the body alone, without the time',
    'The sender uses an older or another scheme; for Sonzai say legacyBodySignature: true.',
  ],
  SIGNATURE_ALGORITHM: [
    'The signature was made with another hash function',
    'Set the algorithm at the sender, or describe the sender with its own provider.',
  ],
  SIGNATURE_ENCODING: [
    'The signature is written in another encoding',
    'Set the encoding at the sender, or describe the sender with its own provider.',
  ],
  SIGNATURE_FORM: [
    'The signature header was changed, or written differently',
    'Send the header as documented; no proxy may quote, prefix or trim it.',
  ],
  SIGNATURE_DAMAGED: [
    'The signature differs from the right one in a few characters',
    'Compare the signature header at each hop; nothing may edit it, not even by hand.',
  ],
  HEADER_RENAMED: [
    'The signature is in a header with another name',
    'Let proxies and gateways pass the header on under its own name.',
  ],
  HEADER_REPEATED: [
    'A security header is there more than once',
    'Find the proxy that adds a second one; two values cannot both be trusted.',
  ],
  CREDENTIAL_WRONG: [
    'The credential is not the configured secret',
    'Configure the same secret on both sides; a proxy may also have replaced the header.',
  ],
  CREDENTIAL_FORM: [
    'The credential is right but written differently',
    'Send the shared secret verbatim, after `Bearer ` where the receiver requires it.',
  ],

  // The time; signature and secret are right.
  TIME_OLD: [
    'The signature is right; the delivery is older than the tolerance',
    'Sign each retry with a new time. To check a stored request, pass the time it arrived.',
  ],
  TIME_AHEAD: [
    'The signature is right; the signed time lies in the future',
    'Synchronise the clocks of sender and receiver (NTP).',
  ],
  TIME_ALTERED: [
    'The time beside the signature is not the one that was signed',
    'Leave the time as it is. To check an old request, pass the time it arrived or ignore the age; to send it again, sign it again.',
  ],
  TIME_ZONE: [
    'The signed time is off by whole or half hours, as local time read as UTC would be',
    'If the delivery was just sent, send UTC or correct the clock.',
  ],
  TIME_UNIT: [
    'The signature is right; the time is in milliseconds, not seconds, or the reverse',
    'Send the time in the documented unit.',
  ],

  // Not about authentication: a receiver would refuse it for this.
  REFUSED: ['A receiver refuses this delivery', 'See the code.'],
} as const satisfies Record<string, readonly [title: string, fix: string]>

/** A stable name of a cause; see `docs/cli.md`. */
export type DiagnosisCause = keyof typeof diagnosisCauses

/** One explanation of a refusal. Holds fixed texts, header names and sizes; never a secret, a signature or a payload. */
export interface DiagnosisFinding {
  readonly cause: DiagnosisCause
  /**
   * `proven`: a signature or a comparison shows it. `likely`: true of every such delivery in our measurements. `possible`:
   * one explanation of several.
   */
  readonly certainty: 'proven' | 'likely' | 'possible'
  readonly title: string
  /** The details of this case. */
  readonly detail?: string | undefined
  readonly fix: string
}

/** Makes a finding from the table. */
export function toFinding(
  cause: DiagnosisCause,
  certainty: DiagnosisFinding['certainty'],
  detail?: string,
): DiagnosisFinding {
  const [title, fix] = diagnosisCauses[cause]
  return { cause, certainty, title, detail, fix }
}

/** The finding for a refusal that its code explains. */
export function refusedFor({ code }: Refusal): DiagnosisFinding {
  const { title, fix } = describeError(code)
  return { ...toFinding('REFUSED', 'proven', `${code}: ${title}`), fix }
}
