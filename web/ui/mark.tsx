/** The mark: a hallmark's octagon, an A whose bar is an assay balance in level. */
export function Mark({ size = 32, title }: { size?: number; title?: string }) {
  return (
    <svg
      viewBox="0 0 32 32"
      width={size}
      height={size}
      className="shrink-0"
      role={title ? 'img' : undefined}
      aria-label={title}
      aria-hidden={title ? undefined : true}
    >
      <path
        fill="var(--stone)"
        stroke="var(--stone-line)"
        strokeWidth="0.75"
        d="M9.6.6h12.8l9 9v12.8l-9 9H9.6l-9-9V9.6z"
      />
      <path
        fill="none"
        stroke="var(--on-stone)"
        strokeWidth="2.4"
        strokeLinejoin="round"
        strokeLinecap="round"
        d="M10 25.5 16 6.5l6 19"
      />
      <path fill="none" stroke="var(--molten)" strokeWidth="2.4" strokeLinecap="round" d="M5.8 17.6h20.4" />
      <circle cx="5.8" cy="17.6" r="2.3" fill="var(--molten)" />
      <circle cx="26.2" cy="17.6" r="2.3" fill="var(--molten)" />
    </svg>
  )
}
