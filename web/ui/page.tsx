import { type ReactNode, Suspense, useEffect } from 'react'
import { Link } from '@tanstack/react-router'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'
import { LoadingBlock } from './skeleton.tsx'

/** Names the page in the tab and in history. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === 'Assay' ? title : `${title} · Assay`
  }, [title])
}

/** A page: its one h1, an optional way back, what can be done, and its content in a readable width. */
export function Page({
  title,
  lead,
  back,
  actions,
  children,
  width = 'normal',
  badge,
}: {
  title: string
  lead?: ReactNode
  back?: { to: string; label: string }
  actions?: ReactNode
  children: ReactNode
  width?: 'narrow' | 'normal' | 'wide'
  badge?: ReactNode
}) {
  useTitle(title)
  return (
    <div
      className={cx(
        'mx-auto grid w-full gap-6 px-gutter pt-6 pb-14 sm:pt-9',
        width === 'narrow' ? 'max-w-2xl' : width === 'wide' ? 'max-w-7xl' : 'max-w-5xl',
      )}
    >
      <header className="grid gap-2">
        {back ? (
          <Link
            to={back.to}
            className="-ms-1 inline-flex min-h-touch w-fit items-center gap-1 rounded-sm pe-2 text-sm text-ink-soft hover:text-ink"
          >
            <Icon name="back" size={18} />
            {back.label}
          </Link>
        ) : null}
        <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-4">
          <div className="min-w-0">
            {badge ? <div className="mb-2 flex flex-wrap gap-2">{badge}</div> : null}
            <h1 className="text-2xl">
              <bdi>{title}</bdi>
            </h1>
            {lead ? <div className="mt-1.5 max-w-prose text-ink-soft">{lead}</div> : null}
          </div>
          {actions ? <div className="flex flex-wrap gap-2">{actions}</div> : null}
        </div>
      </header>
      {/* A part whose words come late waits here, so that the heading and the way back never vanish meanwhile. */}
      <Suspense fallback={<LoadingBlock />}>{children}</Suspense>
    </div>
  )
}
