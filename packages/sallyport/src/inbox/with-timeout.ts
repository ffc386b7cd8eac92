import { InboxError } from './inbox-error.ts'

/**
 * Waits so long for work, which goes on afterwards: the store may still commit, and the sender's retry is a duplicate then.
 *
 * @throws InboxError `INBOX_TIMEOUT`
 */
export async function withTimeout<Result>(work: Promise<Result>, timeoutMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new InboxError('INBOX_TIMEOUT')), timeoutMs)
  })
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer))
}
