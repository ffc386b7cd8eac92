import { definePolicy } from '@sallyport/fleet'

/** The policy of every deployed agent. */
export const policy = definePolicy({
  mcpHosts: ['tools.langchain.com', 'mcp.linear.app', 'api.githubcopilot.com'],
  // A person reads every message before it leaves the company.
  keepInterrupts: ['gmail_send_*', 'slack_post_*', 'linear_comment_*'],
  effectiveInterrupts: true,
  models: ['anthropic:*'],
  maxTotalBytes: 5 * 1024 * 1024,
})
