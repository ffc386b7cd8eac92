import { createSonzaiClient, ensureWebhooks, createFileSecretStore } from '@sallyport/platforms'

export async function setUp(url: string): Promise<void> {
  const client = createSonzaiClient({ apiKey: process.env.SONZAI_API_KEY })
  const store = createFileSecretStore('webhook-secrets.json')
  const report = await ensureWebhooks(client, [{ eventType: 'on_wakeup_ready', url }], { store })
  console.log(String(report))
}
