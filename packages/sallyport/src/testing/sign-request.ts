import type { EventMap, Provider } from '../verify/provider.ts'
import { signDelivery, type SignOptions } from './sign-delivery.ts'

/**
 * Signs a delivery as its sender would, as a `Request`: for `fetch`, or for a handler that takes a `Request`.
 *
 * @param url where to send it, as `http://localhost:3000/webhooks/sonzai`
 * @throws SallyportError `OPTION_INVALID`, `SECRET_INVALID` as `signDelivery` does
 * @throws TypeError for a URL without a scheme
 * @example
 * const { status } = await fetch(signRequest(url, sonzai(), { secret: 'whsec_test', type: 'on_wakeup_ready' }))
 */
export function signRequest<Events extends EventMap>(
  url: string | URL,
  provider: Provider<Events>,
  options: Omit<SignOptions, 'url'>,
): Request {
  const { origin, pathname, search } = new URL(url)
  const path = pathname + search
  const signed = signDelivery(provider, { ...options, url: path })
  const { method, plainHeaders, body } = signed
  // What the sender adds to the URL.
  const target = signed.url === path ? url : origin + signed.url
  return new Request(target, { method, headers: plainHeaders, body })
}
