import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'

/** A native dialog: it keeps the focus inside, and gives it back when it closes. Escape closes it. */
export function Dialog(props: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const before = document.activeElement
    const element = dialog.current
    element?.showModal()
    return () => {
      element?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        props.onClose()
      }}
    >
      <h2 id={id}>{props.title}</h2>
      {props.children}
    </dialog>
  )
}

/** Asks before something happens. `word` has to be typed first, where it cannot be undone. */
export function Confirm(props: {
  readonly title: string
  readonly children: ComponentChildren
  /** Label of the button that does it. */
  readonly action: string
  readonly isDanger?: boolean
  readonly word?: string
  /** Something has to be seen first. @default false */
  readonly isWaiting?: boolean
  /** Answers `false` to keep the dialog open. */
  readonly onConfirm: () => void | Promise<boolean>
  readonly onClose: () => void
}) {
  const [typed, setTyped] = useState('')
  const [isBusy, setBusy] = useState(false)
  const isReady = !isBusy && props.isWaiting !== true && (props.word === undefined || typed.trim() === props.word)
  const confirm = async (): Promise<void> => {
    setBusy(true)
    const isDone = await props.onConfirm()
    if (isDone === false) setBusy(false)
    else props.onClose()
  }
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) void confirm()
        }}
      >
        <div class="asked">{props.children}</div>
        {props.word !== undefined && (
          <label class="field">
            <span>
              Type <b>{props.word}</b> to confirm
            </span>
            <input
              value={typed}
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </label>
        )}
        <div class="acts">
          <button type="button" onClick={props.onClose}>
            Cancel
          </button>
          <button class={props.isDanger === true ? 'primary danger' : 'primary'} disabled={!isReady}>
            {props.action}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
