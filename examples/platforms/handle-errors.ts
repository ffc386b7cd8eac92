import { PlatformError, type SonzaiClient } from '@sallyport/platforms'

export async function mayWrite({ webhooks }: SonzaiClient): Promise<boolean> {
  try {
    await webhooks.delete('agent.consolidation')
    return true
  } catch (error) {
    if (!PlatformError.is(error)) throw error
    if (error.code === 'PLATFORM_NOT_FOUND') return true
    if (error.code === 'PLATFORM_FORBIDDEN') return false
    throw error
  }
}
