/** An options type with every property set. */
export type Complete<Options> = { readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined> }

/** Copies an object without its `undefined` properties, where their absence matters. */
export function defined<Value extends object>(
  value: Value,
): { [Name in keyof Value]?: Exclude<Value[Name], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [Name in keyof Value]?: Exclude<Value[Name], undefined>
  }
}

/** Types a copy of a loose object: the fields that its schema does not know are still there. */
export function keepingUnknown<Known extends object>(value: Known): Known & { readonly [field: string]: unknown } {
  return value as Known & { readonly [field: string]: unknown }
}
