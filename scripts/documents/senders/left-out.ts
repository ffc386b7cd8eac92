/**
 * What is not supported, and where sources disagree: of each sender one line. Here and not in `docs/senders.md`, so that writing that
 * page again keeps it. Add the line of a sender that you leave out, with its sources.
 */
export const leftOut: Readonly<Record<string, string>> = {
  Adyen:
    'colons are not escaped, as its own libraries have it; older documents escape them. Platforms webhooks are not supported.',
  Jira: 'webhooks of Connect and OAuth apps carry a JWT that does not cover the body. Only those of administrators are supported.',
  Mailgun:
    'inbound mail (routes) and `parent-signature` are not supported. Only webhooks in JSON are, with the key of the account itself.',
  Meta: 'its document speaks of an escaped form of the body: that is how the body is sent, so the exact bytes count.',
  Notion:
    'its guide shows the post of the verification token, its own library says that it is signed with that token. Both are read.',
  'Paddle Classic': 'signs form fields with RSA. Only Paddle Billing is supported.',
  PagerDuty: 'the body alone is signed, as its own client has it; one guide has `v1:` before the body.',
  Replicate: 'the body is the prediction itself, as its documents show; some guides have `{ type, data }`.',
  Twilio:
    'signs by HMAC-SHA256 where a Webhooks Rule says so. Only signatures by the auth token are supported. A GET is rejected.',
  Supabase: 'database webhooks are not signed. Only Auth hooks are supported.',
  Zoom: 'some guides answer the check of the URL unsigned. It is signed, as its own library has it, and answered only then.',
}
