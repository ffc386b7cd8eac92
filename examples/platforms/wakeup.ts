import type { SonzaiClient } from '@sallyport/platforms'

/** Makes an agent ask about an interview, and says what else it is going to say. */
export async function askLater({ agents }: SonzaiClient, agentId: string, interview: Date): Promise<string[]> {
  await agents.scheduleWakeup(agentId, {
    userId: 'user-123',
    scheduledAt: new Date(interview.getTime() + 3_600_000),
    intent: 'Ask how the job interview went',
  })
  const { wakeups } = await agents.getWakeups(agentId, { status: 'pending' })
  return wakeups.map(({ scheduled_at: time, intent }) => `${time}: ${intent}`)
}
