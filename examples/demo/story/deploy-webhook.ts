import type { FleetWebhookOptions } from '@sallyport/sandbox'
import { fleetToken } from './server.ts'

/** The webhook that somebody adds in Fleet to deploy agents to a server. */
export function deployWebhook(url: string): FleetWebhookOptions {
  return {
    name: 'Deploy to Production',
    url: `${url}/webhooks/fleet`,
    headers: { Authorization: `Bearer ${fleetToken}` },
    form_schema: {
      fields: [
        { name: 'notes', label: 'Deployment Notes', type: 'textarea' },
        {
          name: 'environment',
          label: 'Environment',
          type: 'select',
          options: [
            { label: 'Staging', value: 'staging' },
            { label: 'Production', value: 'prod' },
          ],
        },
        { name: 'dry_run', label: 'Dry Run', type: 'boolean', default: true },
      ],
    },
  }
}
