import { useNavigate, useRouterState } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import type { AccountView } from '../../src/domains/identity/contract.ts'
import { useSession } from '../app/session.ts'
import { LoadingBlock } from '../ui/skeleton.tsx'
import { ErrorState } from '../ui/states.tsx'

/** Its content only for someone signed in; others sign in first and come back to where they were going. */
export function SignedIn({ children }: { children: (account: AccountView) => ReactNode }) {
  const { account, problem } = useSession()
  const navigate = useNavigate()
  const here = useRouterState({ select: (s) => s.location.href })
  useEffect(() => {
    if (account === null) void navigate({ to: '/sign-in', search: { back: here } as never, replace: true })
  }, [account, here, navigate])
  if (account) return <>{children(account)}</>
  return (
    <div className="mx-auto max-w-5xl px-gutter pt-9">
      {problem ? <ErrorState error={problem} level={1} onRetry={() => location.reload()} /> : <LoadingBlock />}
    </div>
  )
}
