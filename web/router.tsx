import { createRouter } from '@tanstack/react-router'
import { contributorRoutes } from './routes/contributor.ts'
import { deskRoutes } from './routes/desks.ts'
import { page } from './routes/page-route.tsx'
import { rootRoute } from './routes/root.tsx'
import { Pending } from './shell/pending.tsx'

const galleryRoutes = import.meta.env.DEV
  ? [
      page('/dev/gallery', () => import('./gallery/gallery.tsx'), 'GalleryPage'),
      page('/dev/forms', () => import('./gallery/work-forms.tsx'), 'WorkFormsPage'),
    ]
  : []

/** Every page of the product; each is fetched when first visited, or a moment before, on hover or touch. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([...contributorRoutes, ...deskRoutes, ...galleryRoutes]),
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: Pending,
  defaultPendingMs: 200,
  defaultPendingMinMs: 0,
  // Plain strings in and out: the library's own reading takes an id for a number and loses its last digits.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(
      Object.entries(search).flatMap(([name, value]) =>
        value === undefined || value === null ? [] : [[name, String(value)]],
      ),
    ).toString()
    return text ? `?${text}` : ''
  },
})
