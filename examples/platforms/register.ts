import { ensureWebhooks, createFileSecretStore, type EnsureReport, type SonzaiClient } from '@sallyport/platforms'

export async function register(client: SonzaiClient, url: string, file: string): Promise<EnsureReport> {
  const report = await ensureWebhooks(
    client,
    [
      { eventType: 'on_wakeup_ready', url },
      { eventType: 'agent.message', url, projectId: 'companions' },
    ],
    { store: createFileSecretStore(file) },
  )
  console.log(String(report))
  if (!report.ok) process.exitCode = 1
  return report
}
