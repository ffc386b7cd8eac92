import { createManualClock, createSandbox } from '@sallyport/sandbox'

const clock = createManualClock(Date.parse('2026-04-05T08:00:00Z'))
export const sandbox = await createSandbox({ clock })

await fetch(`${sandbox.url}/api/v1/agents/agent_luna/wakeups`, {
  method: 'POST',
  headers: { authorization: `Bearer ${sandbox.sonzai.apiKey}`, 'content-type': 'application/json' },
  body: JSON.stringify({ user_id: 'user-123', check_type: 'interest_followup', intent: 'greet', delay_hours: 1 }),
})
clock.advance(3_600_000)
console.log(sandbox.sonzai.notifications('agent_luna').length) // 1
await sandbox.stop()
