import { toVisible } from '../visible.ts'

/** A code, as `SIGNATURE_MISMATCH`: a narrow place breaks it between words only. */
export function Code({ value }: { readonly value: string }) {
  const words = toVisible(value.slice(0, 80)).split('_')
  return (
    <bdi class="mono">
      {words.map((word, index) => (
        <>
          {index > 0 && (
            <>
              _<wbr />
            </>
          )}
          {word}
        </>
      ))}
    </bdi>
  )
}
