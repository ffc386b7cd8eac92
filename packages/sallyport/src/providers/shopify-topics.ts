/** Topics by resource (https://shopify.dev/docs/api/webhooks/latest, read 29 November 2026): the names in `X-Shopify-Topic`. */
export const shopifyTopics = {
  app: 'uninstalled scopes_update',
  app_purchases_one_time: 'update',
  app_subscriptions: 'approaching_capped_amount update',
  bulk_operations: 'finish',
  carts: 'create update',
  checkouts: 'create delete update',
  collection_listings: 'add remove update',
  collections: 'create delete update',
  companies: 'create delete update',
  company_contacts: 'create delete update',
  company_locations: 'create delete update',
  customer_groups: 'create delete update',
  customer_payment_methods: 'create revoke update',
  customers: 'create data_request delete disable enable merge purchasing_summary redact update',
  customers_email_marketing_consent: 'update',
  customers_marketing_consent: 'update',
  discounts: 'create delete redeemcode_added redeemcode_removed update',
  disputes: 'create update',
  domains: 'create destroy update',
  draft_orders: 'create delete update',
  fulfillment_events: 'create delete',
  fulfillments: 'create update',
  inventory_items: 'create delete update',
  inventory_levels: 'connect disconnect update',
  locales: 'create destroy update',
  locations: 'activate create deactivate delete update',
  markets: 'create delete update',
  metaobjects: 'create delete update',
  order_transactions: 'create',
  orders: 'cancelled create delete edited fulfilled paid partially_fulfilled risk_assessment_changed updated',
  payment_terms: 'create delete update',
  product_listings: 'add remove update',
  products: 'create delete update',
  profiles: 'create delete update',
  refunds: 'create',
  returns: 'approve cancel close decline reopen request update',
  segments: 'create delete update',
  selling_plan_groups: 'create delete update',
  shop: 'redact update',
  subscription_billing_attempts: 'challenged failure success',
  subscription_contracts: 'activate cancel create expire fail pause update',
  tender_transactions: 'create',
  themes: 'create delete publish update',
  variants: 'in_stock out_of_stock',
} as const

type Table = typeof shopifyTopics
type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text

/** A topic as Shopify writes it: `orders/create`. */
export type ShopifyTopic = { [Resource in keyof Table]: `${Resource}/${Words<Table[Resource]>}` }[keyof Table]

/** All topics. */
export function listShopifyTopics(): ShopifyTopic[] {
  return Object.entries(shopifyTopics).flatMap(([resource, what]) =>
    what.split(' ').map((word) => `${resource}/${word}` as ShopifyTopic),
  )
}
