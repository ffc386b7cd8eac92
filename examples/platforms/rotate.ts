import { rotateWithOverlap, type SecretStore, type SonzaiClient } from '@sallyport/platforms'

export async function rotate(client: SonzaiClient, store: SecretStore): Promise<string> {
  const report = await rotateWithOverlap(client, 'on_wakeup_ready', { store })
  return String(report) // names the secrets and when the old ones retire, never the secrets
}
