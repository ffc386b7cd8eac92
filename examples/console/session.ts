import type { Authorize } from '@sallyport/console'
import type { Request } from 'express'

/** What your login keeps of a user. */
interface User {
  readonly email: string
  readonly role: 'admin' | 'support' | 'customer'
}

/** Asks the session of your app, as express-session keeps it: `context.host` is the request of Express. */
export const bySession: Authorize = (_request, { host }) => {
  const { session } = host as Request & { readonly session?: { readonly user?: User } }
  const user = session?.user
  if (user === undefined) return new Response(null, { status: 303, headers: { location: '/login' } })
  if (user.role === 'customer') return 'none'
  return { can: user.role === 'admin' ? 'operate' : 'view', who: user.email }
}
