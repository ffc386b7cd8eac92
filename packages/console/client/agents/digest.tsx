/** The first 12 characters of a digest; all of it on hover. */
export function Digest({ value }: { readonly value: string }) {
  return (
    <code class="mono" title={value}>
      {toShortDigest(value)}
    </code>
  )
}

/** A digest as `sallyport bundle` prints it. */
export const toShortDigest = (digest: string): string => digest.slice(0, 12)
