import type { AvailableAuth } from '@sallyport/fleet'
import type { DemoSecrets } from '../platform.ts'

/** The tokens of the webhook, as after two rotations. */
export const fleetSecrets: DemoSecrets = { current: 'demo-fleet-3', previous: 'demo-fleet-2', retired: 'demo-fleet-1' }

/** The credentials that are there, in the demo. */
export const fleetAuth: AvailableAuth = { env: { TAVILY_API_KEY: 'demo' }, oauth: { google: true } }
