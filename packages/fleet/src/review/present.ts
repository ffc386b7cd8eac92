import { maskSecrets } from './secrets/mask-secrets.ts'
import { clipVisible } from './visible-text.ts'

/** A value out of a bundle, fit to be shown: without a secret, every character visible, bounded. In this order: half a key is no known shape. */
export function present(value: string, most = 400): string {
  return clipVisible(maskSecrets(value).text, most)
}
