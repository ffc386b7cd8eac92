const words =
  /your|example|sample|placeholder|change.?me|dummy|redact|insert|replace|secret.?here|key.?here|token.?here|todo|fake|xxxx|\.\.\.|\*\*\*|1234567890|0123456789|abcdefgh/i
const sameCharacter = /([^\n])\1{7}/

/** Whether a text of the right shape is a placeholder: `sk-your-key-here`, `ghp_xxxxxxxx`. */
export function isPlaceholder(secret: string): boolean {
  const text = secret.slice(0, 300)
  return words.test(text) || sameCharacter.test(text) || new Set(text).size < 8
}

/** Whether a text looks random: digits among letters, and few repetitions. */
export function looksRandom(secret: string): boolean {
  const text = secret.slice(0, 300)
  const digits = text.match(/[0-9]/g)?.length ?? 0
  return digits >= 2 && /[A-Za-z]/.test(text) && entropy(text) >= 3
}

/** Shannon entropy, in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
