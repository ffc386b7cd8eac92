import { defineConfig } from '@sallyport/cli'

export default defineConfig({
  providers: {
    sonzai: {
      secret: ['env:SONZAI_WEBHOOK_SECRET', 'file:secrets/sonzai.old'],
      url: 'https://hooks.example.com/sonzai',
    },
    fleet: { header: 'x-fleet-token' },
  },
  inbox: 'events.db',
  listen: { port: 8080, deploy: 'agents' },
  policy: { mcpHosts: ['*.example.com'], keepInterrupts: ['*send*'] },
})
