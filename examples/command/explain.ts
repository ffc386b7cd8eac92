import { toHeaderList } from 'sallyport/provider'
import { diagnose } from 'sallyport/diagnose'
import { sonzai } from 'sallyport/providers/sonzai'

export async function explain(headers: Record<string, string>, body: Uint8Array): Promise<string[]> {
  const delivery = { method: 'POST', url: '/', headers: toHeaderList(headers), body, receivedAt: Date.now() }
  const { findings } = await diagnose(sonzai(), delivery, { secret: process.env.SONZAI_WEBHOOK_SECRET! })
  return findings.map(({ certainty, title, fix }) => `${certainty}: ${title}. ${fix}`)
}
