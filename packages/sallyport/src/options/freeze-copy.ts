/**
 * Copies plain data and freezes the copy, at every depth. What verifies is made of such copies: neither who made a scheme nor
 * who reads its definition changes later what is checked. Functions stay as they are.
 *
 * @example
 * const options = freezeCopy({ signed: [parts.body] })
 * options.signed.length = 0 // throws a TypeError
 */
export function freezeCopy<Data>(data: Data): Data {
  if (typeof data !== 'object' || data === null) return data
  if (Array.isArray(data)) return Object.freeze(data.map((item: unknown) => freezeCopy(item))) as Data
  const members = Object.entries(data).map(([name, value]) => [name, freezeCopy<unknown>(value)] as const)
  return Object.freeze(Object.fromEntries(members)) as Data
}
