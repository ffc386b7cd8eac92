/**
 * A number with its noun.
 *
 * @param many @default the noun and an `s`
 */
export function counted(count: number, noun: string, many = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : many}`
}
