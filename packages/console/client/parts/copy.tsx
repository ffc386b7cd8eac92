import { toast } from './toast.tsx'

/** Copies a text; without a secure context browsers have no clipboard, so it says so. */
export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast(`Copied the ${what}`)
  } catch {
    toast(`The browser did not allow copying the ${what}; select it by hand`, 'bad')
  }
}

export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <button type="button" class="link copy" aria-label={`Copy the ${what}`} onClick={() => void copy(text, what)}>
      Copy
    </button>
  )
}
