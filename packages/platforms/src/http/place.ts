// A field name may be anything; only plain ones are shown.
// A receiver shows places in events alike; `sallyport` does not export that function.
const plainName = /^[\w.$-]{1,64}$/

/** Names a place in an answer, such as `webhooks.3.event_type`. */
export function describePlace({ path }: { readonly path: readonly PropertyKey[] }): string {
  const names = path.map(String)
  return names.length === 0 ? '(the answer itself)' : names.map((name) => (plainName.test(name) ? name : '*')).join('.')
}
