import { isPlaceholder, looksRandom } from './placeholder.ts'
import { findPrivateKeys } from './private-key.ts'
import { anyTrigger, secretRules, type FoundSecret } from './secret-rules.ts'

/** Finds texts with a well-known shape of a secret, in order, without overlaps and placeholders. */
export function findSecrets(text: string): FoundSecret[] {
  if (!anyTrigger.test(text)) return []
  const found = findPrivateKeys(text)
  const claimed = new Uint8Array(text.length)
  for (const { start, end } of found) claimed.fill(1, start, end)
  for (const rule of secretRules) {
    for (const match of text.matchAll(rule.pattern)) {
      const [start, end] = match.indices![1] ?? match.indices![0]!
      const secret = text.slice(start, end)
      if (isPlaceholder(secret) || (rule.random === true && !looksRandom(secret))) continue
      if (claimed.subarray(start, end).includes(1)) continue
      claimed.fill(1, start, end)
      const shown = rule.showStart === false ? undefined : secret.slice(0, 4)
      found.push({ kind: rule.kind, start, end, generic: rule.generic === true, shown })
    }
  }
  return found.toSorted((left, right) => left.start - right.start)
}
