import { useSession } from '../app/session.ts'
import { AppShell } from './app-shell.tsx'

/** The shell, told who is here. */
export function RootLayout() {
  const { person, signOut } = useSession()
  return <AppShell person={person} onSignOut={signOut} />
}
