import { definePolicy } from '@sallyport/fleet'

/** What every deployed agent has to keep to. */
export const policy = definePolicy({
  mcpHosts: ['tools.langchain.com', 'mcp.linear.app', 'api.githubcopilot.com'],
  // A person reads what goes out in the company's name.
  keepInterrupts: ['gmail_send_*', 'slack_post_*', 'linear_comment_*'],
  models: ['anthropic:*'],
  maxTotalBytes: 5 * 1024 * 1024,
})
