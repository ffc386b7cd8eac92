import type { AgentDiff, RolledBackTo } from '../../src/api.ts'
import { post, toProblem } from '../call.ts'
import { useAnswer } from '../use-answer.ts'
import { toVisible } from '../visible.ts'
import { AgentDiffView } from './agent-diff.tsx'
import { Confirm } from '../parts/dialog.tsx'
import { Digest, toShortDigest } from './digest.tsx'
import { Answered } from '../parts/states.tsx'
import { Text } from '../parts/text.tsx'
import { toast } from '../parts/toast.tsx'

/** Asks before a roll back, once it has shown what changes. */
export function RollbackDialog(props: {
  readonly name: string
  /** The current release; `undefined` if there is none. */
  readonly from: string | undefined
  readonly to: string
  readonly onRolledBack: () => void
  readonly onClose: () => void
}) {
  const { name, from, to, onRolledBack, onClose } = props
  const rollBack = async (): Promise<void> => {
    try {
      const { digest } = await post<RolledBackTo>('agent/rollback', { name, to, from })
      toast(`${toVisible(name)}: ${toShortDigest(digest)} is current`)
    } catch (error) {
      const { title, detail } = toProblem(error)
      toast(`Not rolled back: ${title}. ${detail ?? ''}`, 'bad')
    }
    onRolledBack()
  }
  // The current release is the one that is damaged when it cannot be compared: a roll back must still be possible.
  const answer = useAnswer<AgentDiff>('agent/diff', { name, from: from ?? to, to })
  return (
    <Confirm
      title="Roll back?"
      action={`Roll back to ${toShortDigest(to)}`}
      isDanger
      isWaiting={answer.isLoading}
      onConfirm={() => void rollBack()}
      onClose={onClose}
    >
      <p>
        <b>
          <Text value={name} />
        </b>{' '}
        goes{' '}
        {from !== undefined && (
          <>
            from <Digest value={from} />{' '}
          </>
        )}
        to <Digest value={to} />. Programs that read it through <code>current</code> see the change at once.
      </p>
      <Answered answer={answer}>{(diff) => <AgentDiffView diff={diff} />}</Answered>
    </Confirm>
  )
}
