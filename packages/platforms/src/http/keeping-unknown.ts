/** Says of an object made of a loose one that members the schema does not know are still there, which copying makes types forget. */
export function keepingUnknown<Known extends object>(value: Known): Known & { readonly [field: string]: unknown } {
  return value as Known & { readonly [field: string]: unknown }
}
