import type { ComponentChildren } from 'preact'
import type { Problem } from '../../src/api.ts'
import type { Answer } from '../use-answer.ts'
import { Text } from './text.tsx'

/** Nothing to show: what that means, and what to do. */
export function Empty(props: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="state">
      <strong>{props.title}</strong>
      {props.children !== undefined && <p>{props.children}</p>}
    </div>
  )
}

export function Loading({ label = 'Loading…' }: { readonly label?: string }) {
  return (
    <div class="skeleton" role="status">
      <span class="reader">{label}</span>
      <i />
      <i />
      <i />
      <i />
    </div>
  )
}

/** What went wrong, and what to do. */
export function Failed(props: { readonly problem: Problem; readonly onRetry?: (() => void) | undefined }) {
  return (
    <div class="state failed" role="alert">
      <strong>
        <Text value={props.problem.title} />
      </strong>
      {props.problem.detail !== undefined && (
        <p>
          <Text value={props.problem.detail} />
        </p>
      )}
      <p class="dim mono">
        <Text value={props.problem.code} />
      </p>
      {props.onRetry !== undefined && (
        <button type="button" onClick={props.onRetry}>
          Try again
        </button>
      )}
    </div>
  )
}

/** Shows an answer once it is here, and until then why it is not. */
export function Answered<T>(props: { readonly answer: Answer<T>; readonly children: (data: T) => ComponentChildren }) {
  const { data, problem, reload } = props.answer
  if (data !== undefined) {
    return (
      <>
        {problem !== undefined && <Failed problem={problem} onRetry={reload} />}
        {props.children(data)}
      </>
    )
  }
  return problem === undefined ? <Loading /> : <Failed problem={problem} onRetry={reload} />
}
