// Written by `npm run embed`, from the providers of sallyport.
import type { Provider } from 'sallyport'

/** A sender whose provider needs no option. */
export interface KnownSender {
  readonly title: string
  /** What its secrets begin with. */
  readonly secretPrefix: string
  /** An event to begin with. */
  readonly event: string
  readonly load: () => Promise<Provider>
}

/** Senders by name. */
export const knownSenders: Readonly<Record<string, KnownSender>> = {
  adyen: {
    title: 'Adyen',
    secretPrefix: '',
    event: 'AUTHORISATION',
    load: async () => (await import('sallyport/providers/adyen')).adyen(),
  },
  bitbucket: {
    title: 'Bitbucket',
    secretPrefix: '',
    event: 'claimed:repo:push',
    load: async () => (await import('sallyport/providers/bitbucket')).bitbucket(),
  },
  box: {
    title: 'Box',
    secretPrefix: '',
    event: 'FILE.UPLOADED',
    load: async () => (await import('sallyport/providers/box')).box(),
  },
  cal: {
    title: 'Cal.com',
    secretPrefix: '',
    event: 'BOOKING_CREATED',
    load: async () => (await import('sallyport/providers/cal')).cal(),
  },
  calendly: {
    title: 'Calendly',
    secretPrefix: '',
    event: 'invitee.created',
    load: async () => (await import('sallyport/providers/calendly')).calendly(),
  },
  clerk: {
    title: 'Clerk',
    secretPrefix: 'whsec_',
    event: 'user.created',
    load: async () => (await import('sallyport/providers/clerk')).clerk(),
  },
  discord: {
    title: 'Discord',
    secretPrefix: '',
    event: 'APPLICATION_COMMAND',
    load: async () => (await import('sallyport/providers/discord')).discord(),
  },
  docusign: {
    title: 'Docusign',
    secretPrefix: '',
    event: 'envelope-completed',
    load: async () => (await import('sallyport/providers/docusign')).docusign(),
  },
  elevenlabs: {
    title: 'ElevenLabs',
    secretPrefix: '',
    event: 'post_call_transcription',
    load: async () => (await import('sallyport/providers/elevenlabs')).elevenlabs(),
  },
  gitlab: {
    title: 'GitLab',
    secretPrefix: 'whsec_',
    event: 'push',
    load: async () => (await import('sallyport/providers/gitlab')).gitlab(),
  },
  intercom: {
    title: 'Intercom',
    secretPrefix: '',
    event: 'conversation.user.created',
    load: async () => (await import('sallyport/providers/intercom')).intercom(),
  },
  jira: {
    title: 'Jira',
    secretPrefix: '',
    event: 'jira:issue_created',
    load: async () => (await import('sallyport/providers/jira')).jira(),
  },
  lemonsqueezy: {
    title: 'Lemon Squeezy',
    secretPrefix: '',
    event: 'order_created',
    load: async () => (await import('sallyport/providers/lemonsqueezy')).lemonsqueezy(),
  },
  line: {
    title: 'LINE',
    secretPrefix: '',
    event: 'events',
    load: async () => (await import('sallyport/providers/line')).line(),
  },
  linear: {
    title: 'Linear',
    secretPrefix: '',
    event: 'Issue',
    load: async () => (await import('sallyport/providers/linear')).linear(),
  },
  meta: {
    title: 'Meta: Messenger, Instagram, WhatsApp',
    secretPrefix: '',
    event: 'whatsapp_business_account',
    load: async () => (await import('sallyport/providers/meta')).meta(),
  },
  mux: {
    title: 'Mux',
    secretPrefix: '',
    event: 'video.asset.ready',
    load: async () => (await import('sallyport/providers/mux')).mux(),
  },
  notion: {
    title: 'Notion',
    secretPrefix: '',
    event: 'page.created',
    load: async () => (await import('sallyport/providers/notion')).notion(),
  },
  openai: {
    title: 'OpenAI',
    secretPrefix: 'whsec_',
    event: 'response.completed',
    load: async () => (await import('sallyport/providers/openai')).openai(),
  },
  paddle: {
    title: 'Paddle',
    secretPrefix: '',
    event: 'transaction.completed',
    load: async () => (await import('sallyport/providers/paddle')).paddle(),
  },
  pagerduty: {
    title: 'PagerDuty',
    secretPrefix: '',
    event: 'incident.triggered',
    load: async () => (await import('sallyport/providers/pagerduty')).pagerduty(),
  },
  polar: {
    title: 'Polar',
    secretPrefix: '',
    event: 'order.paid',
    load: async () => (await import('sallyport/providers/polar')).polar(),
  },
  postmark: {
    title: 'Postmark',
    secretPrefix: '',
    event: 'Delivery',
    load: async () => (await import('sallyport/providers/postmark')).postmark(),
  },
  razorpay: {
    title: 'Razorpay',
    secretPrefix: '',
    event: 'payment.captured',
    load: async () => (await import('sallyport/providers/razorpay')).razorpay(),
  },
  replicate: {
    title: 'Replicate',
    secretPrefix: 'whsec_',
    event: 'succeeded',
    load: async () => (await import('sallyport/providers/replicate')).replicate(),
  },
  resend: {
    title: 'Resend',
    secretPrefix: 'whsec_',
    event: 'email.delivered',
    load: async () => (await import('sallyport/providers/resend')).resend(),
  },
  sendgrid: {
    title: 'SendGrid',
    secretPrefix: '',
    event: 'events',
    load: async () => (await import('sallyport/providers/sendgrid')).sendgrid(),
  },
  sentry: {
    title: 'Sentry',
    secretPrefix: '',
    event: 'claimed:installation',
    load: async () => (await import('sallyport/providers/sentry')).sentry(),
  },
  shopify: {
    title: 'Shopify',
    secretPrefix: '',
    event: 'claimed:orders/create',
    load: async () => (await import('sallyport/providers/shopify')).shopify(),
  },
  slack: {
    title: 'Slack',
    secretPrefix: '',
    event: 'app_mention',
    load: async () => (await import('sallyport/providers/slack')).slack(),
  },
  supabase: {
    title: 'Supabase Auth',
    secretPrefix: 'v1,whsec_',
    event: 'send_email',
    load: async () => (await import('sallyport/providers/supabase')).supabase(),
  },
  svix: {
    title: 'Svix',
    secretPrefix: 'whsec_',
    event: 'endpoint.disabled',
    load: async () => (await import('sallyport/providers/svix')).svix(),
  },
  telegram: {
    title: 'Telegram',
    secretPrefix: '',
    event: 'message',
    load: async () => (await import('sallyport/providers/telegram')).telegram(),
  },
  twitch: {
    title: 'Twitch EventSub',
    secretPrefix: '',
    event: 'stream.online',
    load: async () => (await import('sallyport/providers/twitch')).twitch(),
  },
  typeform: {
    title: 'Typeform',
    secretPrefix: '',
    event: 'form_response',
    load: async () => (await import('sallyport/providers/typeform')).typeform(),
  },
  vercel: {
    title: 'Vercel',
    secretPrefix: '',
    event: 'deployment.ready',
    load: async () => (await import('sallyport/providers/vercel')).vercel(),
  },
  workos: {
    title: 'WorkOS',
    secretPrefix: '',
    event: 'dsync.user.created',
    load: async () => (await import('sallyport/providers/workos')).workos(),
  },
  zendesk: {
    title: 'Zendesk',
    secretPrefix: '',
    event: 'zen:event-type:user.created',
    load: async () => (await import('sallyport/providers/zendesk')).zendesk(),
  },
  zoom: {
    title: 'Zoom',
    secretPrefix: '',
    event: 'meeting.started',
    load: async () => (await import('sallyport/providers/zoom')).zoom(),
  },
}
