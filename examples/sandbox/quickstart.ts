import { createSandbox } from '@sallyport/sandbox'

export async function tryOut(webhookUrl: string): Promise<void> {
  const sandbox = await createSandbox()
  sandbox.invoratec.register({ event: 'tool.executed', url: webhookUrl, secret: 'my-webhook-secret' })
  for (const { finished } of sandbox.invoratec.trigger('tool.executed', { faults: ['duplicate'] })) {
    const { status, attempts } = await finished
    console.log(
      status,
      attempts.map(({ responseCode, responseBody }) => [responseCode, responseBody]),
    )
  }
  await sandbox.stop()
}
