import { invalidValue } from './error.ts'

const longest = 2048

/**
 * Checks the URL of a receiver.
 *
 * @param location its place in the request, for the error
 * @throws SandboxError `VALUE_INVALID`
 */
export function checkReceiverUrl(location: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw invalidValue(location, 'is required')
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isUsable = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (!isUsable || value.length > longest) throw invalidValue(location, 'must be an http or https URL')
  if (url.username !== '' || url.password !== '') throw invalidValue(location, 'must not hold a user name or password')
  return value
}

/** Whether a URL points to this computer. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(hostname)
}
