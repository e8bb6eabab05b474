import { Page } from '../../ui/page.tsx'
/** The start page. */
export function HomePage() {
  return <Page title="Assay">x</Page>
}
