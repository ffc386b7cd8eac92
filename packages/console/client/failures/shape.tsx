import { Text } from '../parts/text.tsx'

/** What events fail with; `…` stands for what differs between them. */
export function Shape({ failure }: { readonly failure: string }) {
  const parts = failure.split('…')
  return (
    <>
      {parts.map((part, index) => (
        <>
          {index > 0 && <span class="faint">…</span>}
          <Text value={part} />
        </>
      ))}
    </>
  )
}
