import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useOutboxSender } from '../app/outbox.ts'
import { signOut, useSession } from '../app/session.ts'
import { pruneDrafts } from '../drafts.ts'
import { AppShell } from './app-shell.tsx'

/** The shell, told who is here; it also keeps sending what was handed in while the line was down. */
export function RootLayout() {
  const { person, account } = useSession()
  const navigate = useNavigate()
  useOutboxSender(account?.account_id)
  useEffect(() => pruneDrafts(), [])
  return <AppShell person={person} onSignOut={() => void signOut().then(() => navigate({ to: '/' }))} />
}
