import { createSonzaiClient, ensureWebhooks, fileSecretStore } from '@sallyport/platforms'

export async function setUp(url: string): Promise<void> {
  const client = createSonzaiClient({ apiKey: process.env.SONZAI_API_KEY })
  const secrets = fileSecretStore('webhook-secrets.json')
  const report = await ensureWebhooks(client, [{ eventType: 'on_wakeup_ready', url }], { secrets })
  console.log(String(report))
}
