import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { takeFocus } from '../router.ts'
import { toVisible } from '../visible.ts'

/** The heading of a page: names the window, and takes the focus when the page is opened from another. */
export function Heading(props: {
  readonly title: string
  readonly children?: ComponentChildren
  readonly className?: string
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${toVisible(props.title)} · Sallyport`
  }, [props.title])
  useEffect(() => {
    if (takeFocus()) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <h1 ref={heading} tabIndex={-1} class={props.className}>
      {props.children ?? props.title}
    </h1>
  )
}
