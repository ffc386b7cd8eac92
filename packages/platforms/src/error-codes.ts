/** Every code of this package: what happened, and what to do about it. */
export const platformErrorCodes = {
  // The platform answered with a status.
  PLATFORM_BAD_REQUEST: ['The platform rejects the request as invalid (400, 422)', 'Correct the value it names.'],
  PLATFORM_UNAUTHORIZED: ['The platform does not accept the API key (401)', 'Check apiKey.'],
  PLATFORM_FORBIDDEN: ['The API key lacks the permission (403)', 'Use a key with the permission.'],
  PLATFORM_NOT_FOUND: ['The platform does not find it (404, 410)', 'Check the event type, project or id.'],
  PLATFORM_CONFLICT: ['The request conflicts with the current state (409)', 'Read the current state and try again.'],
  PLATFORM_RATE_LIMITED: ['Too many requests (429)', 'Wait for retryAfterMs, then try again.'],
  PLATFORM_REFUSED: ['The platform refuses the request with another 4xx', 'See status and problem.'],
  PLATFORM_UNAVAILABLE: ['The platform failed (5xx)', 'Try again later.'],
  PLATFORM_REDIRECTED: [
    'The platform answers with a redirect, which is never followed',
    'Pass the final address as baseUrl; a redirect would take the API key elsewhere.',
  ],

  // No answer that could be read.
  PLATFORM_TIMEOUT: ['The platform did not answer in time', 'Try again later, or raise timeoutMs.'],
  PLATFORM_ABORTED: ['The call was aborted', 'Nothing; the signal asked for it.'],
  PLATFORM_NETWORK: [
    'The platform cannot be reached, or the connection broke',
    'Check baseUrl and the network, then try again.',
  ],
  PLATFORM_RESPONSE_INVALID: ['The answer is not in the documented format', 'Check that baseUrl is the API.'],
  PLATFORM_RESPONSE_TOO_LARGE: ['The answer is larger than the limit', 'Ask for less, or raise maxResponseBytes.'],

  // Before anything is sent.
  PLATFORM_OPTION_INVALID: ['An option or a parameter is invalid', 'Correct the option.'],

  // Notifications that a poller reports.
  NOTIFICATION_UNREADABLE: [
    'A listed notification is not in the documented format',
    'Consume it at the platform; the others are handled.',
  ],
  NOTIFICATION_STILL_PENDING: [
    'A consumed notification is still listed as pending',
    'Ask the platform why consuming has no effect; it is not handled again.',
  ],
  NOTIFICATIONS_HIDDEN: [
    'Notifications that stay pending fill the longest list, so newer ones are not seen',
    "Handle or consume them; see the option refused: 'consume'.",
  ],

  // Secrets.
  SECRET_NOT_GIVEN: ['The platform changed the secret and did not return it', 'Rotate again.'],
  SECRET_STORE_FAILED: ['The secret store cannot be read or written', 'Check the file, its folder and permissions.'],
  ROTATION_IN_PROGRESS: ['Another rotation of this secret is running', 'Wait until it ends.'],
  ROTATION_UNCERTAIN: ['The platform may have rotated to a secret that was lost', 'Rotate again.'],
} as const satisfies Record<string, readonly [title: string, fix: string]>

/** A stable code of this package; see `docs/platforms.md`. */
export type PlatformErrorCode = keyof typeof platformErrorCodes
