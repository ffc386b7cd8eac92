import { createReceiver } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'

export function createRotatingReceiver(oldSecret: string, newSecret: string) {
  // #region secrets
  const receiver = createReceiver(sonzai(), {
    secret: [
      { id: '2026-04', secret: oldSecret, notAfter: new Date('2026-11-01T00:00:00Z') },
      { id: '2026-10', secret: newSecret },
    ],
  })
  // #endregion secrets
  return receiver
}
