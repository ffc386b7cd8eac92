import { jira } from 'sallyport/providers/jira'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('jira', jira(), {
  type: 'jira:issue_created',
  bodyOf: (webhookEvent, time, data) => ({ timestamp: Date.parse(time), webhookEvent, ...data }),
})

// "Secure admin webhooks" in https://developer.atlassian.com/cloud/jira/platform/webhooks/, read 29 November 2026.
describeVectors(jira(), [
  {
    from: 'the document',
    secret: "It's a Secret to Everybody",
    headers: { 'X-Hub-Signature': 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9' },
    body: 'Hello World!',
    isJson: false,
  },
])
