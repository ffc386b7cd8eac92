/** Every code this package fails with, and what it means. */
export const platformErrorCodes = {
  // The platform answered with a status.
  PLATFORM_BAD_REQUEST: 'The platform found the request invalid (400, 422)',
  PLATFORM_UNAUTHORIZED: 'The platform does not know the API key (401)',
  PLATFORM_FORBIDDEN: 'The API key lacks the permission (403)',
  PLATFORM_NOT_FOUND: 'The platform has no such thing (404, 410)',
  PLATFORM_CONFLICT: 'The request contradicts the state it meets (409)',
  PLATFORM_RATE_LIMITED: 'Too many requests (429)',
  PLATFORM_REFUSED: 'The platform refused the request with another 4xx',
  PLATFORM_UNAVAILABLE: 'The platform failed (5xx)',
  PLATFORM_REDIRECTED:
    'The platform answered with a redirect, which is not followed: it would carry the API key elsewhere',

  // No answer that could be read.
  PLATFORM_TIMEOUT: 'The platform did not answer in time',
  PLATFORM_ABORTED: 'The call was aborted',
  PLATFORM_NETWORK: 'The platform cannot be reached, or the connection broke',
  PLATFORM_RESPONSE_INVALID: 'The answer is not of the documented form',
  PLATFORM_RESPONSE_TOO_LARGE: 'The answer is larger than the limit',

  // Before anything is sent.
  PLATFORM_OPTION_INVALID: 'An option or a parameter is invalid',

  // Secrets.
  SECRET_NOT_GIVEN: 'The platform changed a secret and did not say the new one',
  SECRET_STORE_FAILED: 'The secret store cannot be read or written',
  ROTATION_IN_PROGRESS: 'Another rotation of this secret is at work',
  ROTATION_UNCERTAIN: 'Nobody knows whether the platform rotated: it may sign with a secret that was lost on the way',
} as const satisfies Record<string, string>

/** A stable code of this package; see `docs/platforms.md`. */
export type PlatformErrorCode = keyof typeof platformErrorCodes
